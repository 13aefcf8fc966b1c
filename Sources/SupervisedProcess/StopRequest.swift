import Synchronization

/// Whether this process has been asked to leave, why, and until when unfinished work may go on.
package final class StopRequest: Sendable {
    private struct Asked {
        var reason: StopReason
        var drainUntil: ContinuousClock.Instant
    }

    private let asked = Mutex<Asked?>(nil)
    private let drain: Duration
    /// What cannot be stopped may keep the others from their end too: they are not waited for long.
    private static let stuckDrain = Duration.seconds(2)

    /// - Parameter drain: from the request to the moment when unfinished jobs are handed back.
    package init(drain: Duration) { self.drain = drain }

    package var reason: StopReason? { asked.withLock { $0?.reason } }
    package var drainUntil: ContinuousClock.Instant? { asked.withLock { $0?.drainUntil } }

    /// The first request counts; false for later ones, which change nothing.
    package func ask(_ reason: StopReason) -> Bool {
        asked.withLock { asked in
            guard asked == nil else { return false }
            asked = Asked(reason: reason, drainUntil: .now + (reason == .stuck ? min(drain, Self.stuckDrain) : drain))
            return true
        }
    }
}
