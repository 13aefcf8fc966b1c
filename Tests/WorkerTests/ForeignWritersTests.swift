import Testing

@testable import pulse_worker

/// When the replaced product's points are counted again.
@Suite struct ForeignWritersTests {
    private let start = ContinuousClock.now

    private func after(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test func `it is looked at once, and then every minute`() {
        var policy = ForeignWriters()
        #expect(policy.isDue(at: start))
        _ = policy.saw(false, at: start)
        #expect(!policy.isDue(at: after(59.9)))
        #expect(policy.isDue(at: after(60)))
        _ = policy.saw(true, at: after(60))
        #expect(!policy.isDue(at: after(119)))
        #expect(policy.isDue(at: after(120)))
    }

    @Test func `a look that came to nothing stays due`() {
        let policy = ForeignWriters()
        #expect(policy.isDue(at: start) && policy.isDue(at: after(0.5)))
    }

    @Test func `nothing is counted while there are none, and once more when the last has gone`() {
        var policy = ForeignWriters()
        let seen = [false, false, true, true, false, false, true, false]
        let counted = seen.enumerated().map { policy.saw($1, at: after(Double($0) * 60)) }
        #expect(counted == [false, false, true, true, true, false, true, true])
    }
}
