import Synchronization

/// One service's breaker, retry budget and last known health, shared by all calls to it.
final class ServiceGuard: Sendable {
    private struct State {
        var breaker = CircuitBreaker()
        var budget = RetryBudget(now: .zero)
        var lastFault: ServiceFault?
        var lastHeard: Duration?
    }

    private let state = Mutex(State())
    private let origin = ContinuousClock.now

    private var now: Duration { origin.duration(to: .now) }

    /// The fault that keeps requests away, while there is one.
    var refusal: ServiceFault? { state.withLock { $0.breaker.refusal } }

    var admission: Admission { state.withLock { [now] in $0.breaker.admission(now: now) } }

    /// Nil health: nothing has been asked yet. The age is that of the last answer or failure.
    var health: (ServiceHealth, age: Duration)? {
        state.withLock { [now] state in
            state.lastHeard.map { (ServiceHealth(state.lastFault ?? state.breaker.refusal), age: now - $0) }
        }
    }

    func requestSent() { state.withLock { [now] in $0.budget.requestSent(now: now) } }
    func takeRetry() -> Bool { state.withLock { [now] in $0.budget.takeRetry(now: now) } }

    /// The service did what it was asked, or refused for the request's own sake.
    func answered() { note(nil, .succeeded) }

    /// An attempt failed and will be made again: shown at once, not yet held against the service.
    func stumbled(_ fault: ServiceFault) { note(fault, nil) }

    /// Retries are used up, or would not help.
    func failed(_ fault: ServiceFault) { note(fault, .failed(fault)) }

    func probed(_ fault: ServiceFault?) { note(fault, fault.map { .probeFailed($0) } ?? .probePassed) }

    private func note(_ fault: ServiceFault?, _ event: CircuitBreaker.Event?) {
        state.withLock { [now] state in
            state.lastFault = fault
            state.lastHeard = now
            if let event { state.breaker.handle(event, now: now) }
        }
    }
}
