import Synchronization

/// When Redis last confirmed that this worker lives.
///
/// Others take over the jobs of a worker that has been silent for 15 s. One that was frozen, or cut off, cannot know whether
/// that has happened to it: so it stops writing well before it may have.
final class SignOfLife: Sendable {
    private static let trusted = Duration.seconds(10)

    private let confirmed = Mutex<ContinuousClock.Instant?>(nil)

    /// - Parameter instant: before the question was sent, so that a slow answer does not look like a late one.
    func confirm(at instant: ContinuousClock.Instant) { confirmed.withLock { $0 = instant } }

    /// Our jobs are still ours for certain.
    var isFresh: Bool { confirmed.withLock { $0.map { $0.duration(to: .now) < Self.trusted } ?? false } }
}
