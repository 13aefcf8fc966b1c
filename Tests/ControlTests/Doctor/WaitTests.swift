import Testing

@testable import pulsectl

@Suite struct `The doctor's time` {
    @Test func `work that never ends is not waited for`() async {
        await Wait.race(.milliseconds(20)) {
            // Deaf to its cancellation, as a call into a C library is.
            await withCheckedContinuation { (never: CheckedContinuation<Void, Never>) in Forgotten.keep(never) }
        }
    }

    @Test func `work that is done ends the wait`() async {
        await Wait.race(.seconds(3600)) {}
    }

    @Test func `what has not come is said of, not passed over`() {
        var facts = Facts.well
        facts.redis.sight = .pending
        facts.tei[0].sight = .pending
        facts.supervisor = .pending
        let ids = Diagnosis(facts).findings.filter { $0.severity == .broken }.map(\.id.text)
        #expect(ids == ["redis.unfinished", "tei.unfinished", "supervisor.silent"])
        facts = Facts.well
        facts.queue = .pending
        #expect(Diagnosis(facts).first?.id.text == "redis.unfinished")
        facts.queue = .trouble(Trouble(id: .state(.redisRefuses), reason: "NOPERM"))
        #expect(Diagnosis(facts).first?.cause == "the queues cannot be read: NOPERM")
    }
}

/// Continuations that nobody resumes, kept so that nobody complains.
private enum Forgotten {
    nonisolated(unsafe) private static var all: [CheckedContinuation<Void, Never>] = []

    static func keep(_ one: CheckedContinuation<Void, Never>) { unsafe all.append(one) }
}
