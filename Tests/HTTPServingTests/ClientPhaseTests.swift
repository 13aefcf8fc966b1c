import Testing

@testable import HTTPServing

@Suite struct `How long a client may take` {
    private let second: UInt64 = 1_000_000_000

    private func limits(whole: UInt64? = nil) -> HTTPLimits {
        var limits = HTTPLimits()
        limits.deadline = whole
        return limits
    }

    private func deadline(_ phase: ClientPhase, whole: UInt64? = nil, acceptedAt: UInt64 = 0) -> UInt64? {
        phase.deadline(limits(whole: whole), acceptedAt: acceptedAt)
    }

    @Test func `headers have five seconds, a body ten and one more for each hundred kilobytes`() {
        #expect(deadline(.head(since: second)) == 6 * second)
        #expect(deadline(.body(since: second, bytes: 0)) == 11 * second)
        #expect(deadline(.body(since: second, bytes: 250_000)) == 11 * second + second * 5 / 2)
    }

    @Test func `where a connection has a time of its own, no request outlives it`() {
        let whole = 10 * second
        #expect(deadline(.head(since: 8 * second), whole: whole) == whole)
        #expect(deadline(.body(since: 8 * second, bytes: 1_000_000), whole: whole) == whole)
        #expect(deadline(.idle(since: 8 * second), whole: whole, acceptedAt: second) == 11 * second)
        let late = ClientPhase.sending(100, now: 9 * second, limits(whole: whole), acceptedAt: 0)
        #expect(late == .sending(since: 9 * second, until: whole))
    }

    @Test func `a large answer has longer to go out`() {
        #expect(
            ClientPhase.sending(1_000_000, now: second, limits(), acceptedAt: 0)
                == .sending(since: second, until: 21 * second))
    }

    @Test func `nobody loses an answer that is being made or has just begun to go out`() {
        #expect(ClientPhase.answering(since: 0).evictable(now: 100 * second) == nil)
        #expect(ClientPhase.sending(since: second, until: 9 * second).evictable(now: second * 3 / 2) == nil)
        #expect(ClientPhase.sending(since: second, until: 9 * second).evictable(now: 2 * second) == second)
        for phase in [ClientPhase.idle(since: 3), .head(since: 3), .body(since: 3, bytes: 9), .streaming(since: 3)] {
            #expect(phase.evictable(now: 3) == 3)
        }
    }

    @Test func `who has only just come is heard first`() {
        #expect(ClientPhase.head(since: second).isFresh(now: second + 49_000_000, limits()))
        #expect(!ClientPhase.head(since: second).isFresh(now: second + 50_000_000, limits()))
        #expect(!ClientPhase.body(since: second, bytes: 0).isFresh(now: second, limits()))
        #expect(!ClientPhase.idle(since: second).isFresh(now: second, limits()))
    }
}
