/// Whether a service is asked at all (Nygard, "Release It!", circuit breaker).
///
/// ```mermaid
/// stateDiagram-v2
///     closed --> open: failed
///     open --> halfOpen: probe passed
///     open --> open: probe failed
///     halfOpen --> closed: succeeded
///     halfOpen --> open: failed
/// ```
/// A failure here is one that outlasted the retries, so a single one opens. Half-open admits one job: the probe proves
/// that the service answers, the job proves that it works - or, of TEI, the next probe, which embeds.
struct CircuitBreaker: Equatable, Sendable {
    enum State: Equatable, Sendable {
        case closed
        /// `failures` in a row; the next probe is due at `probeAt`.
        case open(ServiceFault, failures: Int, probeAt: Duration)
        case halfOpen(ServiceFault, failures: Int)
    }

    enum Event: Equatable { case succeeded, failed(ServiceFault), probePassed, probeFailed(ServiceFault) }

    private(set) var state = State.closed
    var base: Duration = .seconds(1)
    var cap: Duration = .seconds(10)

    /// - Parameter now: since any fixed moment, the same in every call.
    mutating func handle(_ event: Event, now: Duration) {
        switch (state, event) {
        case (.closed, .succeeded), (.closed, .probePassed): break
        case (.closed, .failed(let fault)), (.closed, .probeFailed(let fault)): open(fault, failures: 1, now)
        // An answer to a request sent before the breaker opened: the probe decides, not a straggler.
        case (.open, .succeeded): break
        // Further stragglers of the same outage: the probe's time stands.
        case (.open(_, let failures, let probeAt), .failed(let fault)):
            state = .open(fault, failures: failures, probeAt: probeAt)
        case (.open(let fault, let failures, _), .probePassed): state = .halfOpen(fault, failures: failures)
        case (.open(_, let failures, _), .probeFailed(let fault)): open(fault, failures: failures + 1, now)
        case (.halfOpen, .succeeded): state = .closed
        case (.halfOpen, .probePassed): break
        case (.halfOpen(_, let failures), .failed(let fault)), (.halfOpen(_, let failures), .probeFailed(let fault)):
            open(fault, failures: failures + 1, now)
        }
    }

    /// The fault that keeps requests away, while there is one.
    var refusal: ServiceFault? {
        switch state {
        case .closed, .halfOpen: nil
        case .open(let fault, _, _): fault
        }
    }

    func admission(now: Duration) -> Admission {
        switch state {
        case .closed: .all
        case .halfOpen: .one
        case .open(let fault, _, let probeAt): .none(fault, probeIn: max(.zero, probeAt - now))
        }
    }

    private mutating func open(_ fault: ServiceFault, failures: Int, _ now: Duration) {
        let wait = min(cap, base * (1 << min(failures - 1, 10)))
        state = .open(fault, failures: failures, probeAt: now + wait)
    }
}

/// How many jobs may be worked on, as far as one service is concerned.
public enum Admission: Equatable, Sendable {
    case all
    /// The service answers again: one job at a time until one is through.
    case one
    /// None; the probe that may change this is due after `probeIn`.
    case none(ServiceFault, probeIn: Duration)
}
