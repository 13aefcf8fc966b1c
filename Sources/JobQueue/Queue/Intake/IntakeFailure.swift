/// Why jobs were not taken. None of them is known to be in the queue; each may be sent anew by its sender.
public enum IntakeFailure: Error, Equatable, Sendable {
    /// Redis was not reached in time, for this reason.
    case unavailable(RedisError)
    /// Redis is there and refuses to take them.
    case refused(RedisError)
    /// Too much waits already.
    case full
}
