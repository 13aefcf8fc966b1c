import Testing

@testable import JobQueue

@Suite struct ReconnectBackoffTests {
    @Test func `pauses grow to a second, half of each by chance, and begin anew after a success`() {
        var backoff = ReconnectBackoff()
        let longest = (0..<6).map { _ in backoff.pause(after: .refused, fraction: 1) }
        #expect(longest == [100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
        #expect(backoff.pause(after: .refused, fraction: 0) == .milliseconds(500))
        backoff.succeeded()
        #expect(backoff.pause(after: .refused, fraction: 0) == .milliseconds(50))
    }

    @Test(arguments: [
        RedisError.Cause.authentication("WRONGPASS"), .permission("NOPERM"),
        .noSentinel([.init(sentinel: "a:1", cause: .authentication("NOAUTH"))]),
    ])
    func `what only a person can mend is tried every five to ten seconds`(cause: RedisError.Cause) {
        var backoff = ReconnectBackoff()
        #expect(backoff.pause(after: cause, fraction: 0) == .seconds(5))
        #expect(backoff.pause(after: cause, fraction: 1) == .seconds(10))
    }
}
