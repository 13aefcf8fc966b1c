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

    @Test func `one service away closes the gate whatever the others`() {
        #expect(decide([.trusted, .away, .recovering]) == .closed)
    }

    @Test func `a service on probation gets one job, and only one`() {
        #expect(decide([.trusted, .recovering]) == .probe)
        #expect(decide(inFlight: 1, [.trusted, .recovering]) == .closed)
    }

    private func decide(
        stopping: Bool = false, alone: Bool = false, inFlight: Int = 0,
        _ services: [ServiceStanding] = [.trusted, .trusted]
    ) -> ClaimGate {
        ClaimGate.decide(stopping: stopping, alone: alone, inFlight: inFlight, limit: 8, services: services)
    }
}

@Suite struct `How a service is trusted` {
    @Test(arguments: [
        (ServiceStanding.away, ServiceStanding.Event.checkPassed, ServiceStanding.recovering),
        (.away, .jobSucceeded, .away), (.away, .failed, .away), (.recovering, .checkPassed, .recovering),
        (.recovering, .jobSucceeded, .trusted), (.recovering, .failed, .away), (.trusted, .checkPassed, .trusted),
        (.trusted, .jobSucceeded, .trusted), (.trusted, .failed, .away),
    ])
    func `every state answers every event`(from: ServiceStanding, event: ServiceStanding.Event, to: ServiceStanding) {
        var standing = from
        standing.handle(event)
        #expect(standing == to)
    }
}
