import Synchronization

/// One service's breaker, retry budget and last known health, shared by all calls to it.
final class ServiceGuard: Sendable {
    private struct State {
        var breaker = CircuitBreaker()
        var budget = RetryBudget(now: .zero)
        var lastFault: ServiceFault?
        var lastHeard: Duration?
        /// When it last did what it was asked.
        var lastServed: Duration?
        /// Requests of jobs that wait for their answer.
        var underWay = 0
    }

    private let state = Mutex(State())
    private let origin = ContinuousClock.now

    private var now: Duration { origin.duration(to: .now) }

    /// The fault that keeps requests away, while there is one.
    var refusal: ServiceFault? { state.withLock { $0.breaker.refusal } }

    /// What decides about single requests.
    struct Standing {
        let refusal: ServiceFault?
        /// It was away and answers again; nobody has used it since.
        let isProbation: Bool
    }

    var standing: Standing {
        state.withLock { state in
            if case .halfOpen = state.breaker.state { return Standing(refusal: nil, isProbation: true) }
            return Standing(refusal: state.breaker.refusal, isProbation: false)
        }
    }

    /// A service that was silent is given no new jobs, though the breaker be closed for those that wait for it already.
    var admission: Admission {
        state.withLock { [now] state in
            let admission = state.breaker.admission(now: now)
            if case .none = admission { return admission }
            guard let fault = state.lastFault, fault.isSilence, let heard = state.lastHeard else { return admission }
            return .none(fault, probeIn: max(.zero, heard + Self.patience - now))
        }
    }

    /// From one silent check to the next.
    private static let patience = Duration.seconds(1)

    /// Nil health: nothing has been asked yet. The age is that of the last answer or failure.
    var health: (ServiceHealth, age: Duration)? {
        state.withLock { [now] state in
            state.lastHeard.map { (ServiceHealth(state.lastFault ?? state.breaker.refusal), age: now - $0) }
        }
    }

    func wasSilent(for time: Duration) -> Bool {
        state.withLock { [now] state in
            guard state.lastFault != nil else { return false }
            return now - (state.lastServed ?? .zero) >= time
        }
    }

    func workBegan() { state.withLock { $0.underWay += 1 } }
    func workEnded() { state.withLock { $0.underWay -= 1 } }
    func requestSent() { state.withLock { [now] in $0.budget.requestSent(now: now) } }
    func takeRetry() -> Bool { state.withLock { [now] in $0.budget.takeRetry(now: now) } }

    /// The service did what it was asked, or refused for the request's own sake.
    func answered() { note(nil, .succeeded) }

    /// An attempt failed and will be made again: shown at once, not yet held against the service.
    func stumbled(_ fault: ServiceFault) { note(fault, nil) }

    /// Retries are used up, or would not help.
    func failed(_ fault: ServiceFault) { note(fault, .failed(fault)) }

    /// A check that got no answer while jobs wait for theirs has perhaps only stood behind them in the queue: were it held
    /// against a slow service, its jobs' next requests would be refused, and none would ever come to its end. Theirs,
    /// with a longer deadline, decide. And whatever passes by itself is no news of a service that has served a job since the
    /// check began: jobs' requests are retried, a check is not.
    func probed(_ fault: ServiceFault?, since begun: ContinuousClock.Instant = .now) {
        if let fault, refusal == nil {
            let hasServed = state.withLock { $0.lastServed.map { $0 >= origin.duration(to: begun) } ?? false }
            if hasServed, fault.kind != .configuration { return }
            if fault.isSilence, state.withLock({ $0.underWay > 0 }) { return stumbled(fault) }
        }
        note(fault, fault.map { .probeFailed($0) } ?? .probePassed)
    }

    private func note(_ fault: ServiceFault?, _ event: CircuitBreaker.Event?) {
        state.withLock { [now] state in
            state.lastFault = fault
            state.lastHeard = now
            if fault == nil { state.lastServed = now }
            if let event { state.breaker.handle(event, now: now) }
        }
    }
}
