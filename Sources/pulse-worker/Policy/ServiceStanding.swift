/// How far a worker trusts a service: away until its check passes, then on one job's probation, then trusted.
///
/// ```mermaid
/// stateDiagram-v2
///     [*] --> away
///     away --> recovering: check passed
///     recovering --> trusted: a job used it
///     recovering --> away: check or job failed
///     trusted --> away: check or job failed
/// ```
enum ServiceStanding: Equatable {
    case away
    case recovering
    case trusted

    enum Event: CaseIterable {
        /// The service answered its check.
        case checkPassed
        /// A job that needs the service went through.
        case jobSucceeded
        /// A check or a job found it unable to serve.
        case failed
    }

    mutating func handle(_ event: Event) {
        switch (self, event) {
        case (.away, .checkPassed): self = .recovering
        case (.away, .jobSucceeded): self = .away
        case (.away, .failed): self = .away
        case (.recovering, .checkPassed): self = .recovering
        case (.recovering, .jobSucceeded): self = .trusted
        case (.recovering, .failed): self = .away
        case (.trusted, .checkPassed): self = .trusted
        case (.trusted, .jobSucceeded): self = .trusted
        case (.trusted, .failed): self = .away
        }
    }
}
