import Testing

@testable import pulse_worker

@Suite struct `Whether to claim` {
    @Test func `free slots are claimed when every service is trusted`() {
        #expect(decide(inFlight: 3) == .open(slots: 5))
    }

    @Test func `a full worker, one that stops and one with a suspect claim nothing`() {
        #expect(decide(inFlight: 8) == .closed)
        #expect(decide(stopping: true) == .closed)
        #expect(decide(alone: true) == .closed)
    }

    @Test func `a service that is away closes the gate`() {
        #expect(decide(trust: .none) == .closed)
    }

    @Test func `a service on probation gets one job, and only one`() {
        #expect(decide(trust: .probation) == .open(slots: 1))
        #expect(decide(inFlight: 1, trust: .probation) == .closed)
    }

    @Test func `while TEI has plenty to do, only a few jobs are in hand`() {
        #expect(decide(inFlight: 3, limit: 64, textsWaiting: 127) == .open(slots: 61))
        #expect(decide(inFlight: 3, limit: 64, textsWaiting: 128) == .open(slots: 5))
        #expect(decide(inFlight: 8, limit: 64, textsWaiting: 128) == .closed)
        #expect(decide(inFlight: 1, limit: 2, textsWaiting: 128) == .open(slots: 1))
    }

    private func decide(
        stopping: Bool = false, alone: Bool = false, inFlight: Int = 0, limit: Int = 8, textsWaiting: Int = 0,
        trust: ClaimGate.Trust = .full
    ) -> ClaimGate {
        ClaimGate.decide(
            stopping: stopping, alone: alone, inFlight: inFlight, limit: limit, textsWaiting: textsWaiting, trust: trust
        )
    }
}
