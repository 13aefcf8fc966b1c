/// How long to leave Redis alone after it failed: longer each time, but never so long that its return goes unnoticed for
/// more than about a second; and never in step with the other workers, who lost it in the same moment.
public struct ReconnectBackoff: Equatable, Sendable {
    private var failures = 0

    private static let base = Duration.milliseconds(100)
    private static let cap = Duration.seconds(1)
    /// A password or a right is mended by a person; until then each attempt only fills Redis's ACL log.
    private static let forPeople = Duration.seconds(5)

    public init() {}

    public mutating func succeeded() { failures = 0 }

    /// Counts one more failure.
    ///
    /// - Parameter fraction: Random, from 0 up to 1.
    /// - Returns: The pause before the next attempt: half of the delay for certain, the rest by chance.
    public mutating func pause(after cause: RedisError.Cause, fraction: Double) -> Duration {
        let chance = min(max(fraction, 0), 1)
        if cause.needsPerson { return Self.forPeople + Self.forPeople * chance }
        let delay = min(Self.base * (1 << failures), Self.cap)
        failures = min(failures + 1, 8)
        return delay / 2 + delay / 2 * chance
    }
}
