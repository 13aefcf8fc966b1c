import Testing

@testable import JobQueue

/// What a round of questions to sentinels comes to.
@Suite struct SentinelInquiryTests {
    private let a = RedisAddress.tcp(host: "a", port: 1)
    private let b = RedisAddress.tcp(host: "b", port: 2)
    private let master = RedisAddress.tcp(host: "10.0.0.1", port: 6379)
    private let named = RedisReply.array([.bytes(Array("10.0.0.1".utf8)), .bytes(Array("6379".utf8))])

    private var inquiry: SentinelInquiry { SentinelInquiry(SentinelGroup(sentinels: [a, b], master: "m")) }

    @Test func `without an answer every sentinel is told with its cause`() {
        var round = inquiry
        round.failed(a, .refused)
        #expect(round.answered(b, .error("NOAUTH Authentication required.")) == nil)
        #expect(
            round.verdict.cause.reason
                == "has no sentinel that answers (a:1: connection refused; "
                + "b:2: refused our user or password (NOAUTH Authentication required.))")
        #expect(!round.verdict.cause.needsPerson)
    }

    @Test func `a name that no sentinel knows is told, with those that were asked`() {
        var round = inquiry
        round.failed(a, .refused)
        #expect(round.answered(b, .null) == nil)
        #expect(round.verdict.cause == .unknownMaster(name: "m", sentinels: ["b:2"]))
    }

    @Test func `a server is tried once, and a replica means a failover`() {
        var round = inquiry
        #expect(round.answered(a, named) == master)
        round.rejected(master, .failingOver(named: "10.0.0.1:6379"))
        #expect(round.answered(b, named) == nil)
        #expect(round.verdict.cause == .failingOver(named: "10.0.0.1:6379"))
        #expect(round.verdict.master == master)
    }

    @Test(arguments: [
        RedisReply.array([]), .array([.bytes([]), .integer(1)]), .array([.bytes([65]), .integer(70_000)]), .integer(1),
    ])
    func `what is no address is not dialled`(reply: RedisReply) {
        var round = inquiry
        #expect(round.answered(a, reply) == nil)
        #expect(round.verdict.cause.reason.contains("a:1: answered something unexpected"))
    }
}
