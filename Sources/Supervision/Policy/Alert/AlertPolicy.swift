/// How long health must hold before anybody is told, and how long telling may take.
///
/// Bad news after ten seconds: longer than a restart, a failover or a burst of refused connections, and well within the minute
/// after which Prometheus' rules (`for: 1m`) speak. Good news after thirty: an outage that comes back within them was not over,
/// and whoever was told so would be called twice. (keepalived's `fall` and `rise`, HAProxy's too, make the same difference by
/// counts; here time counts, since nothing is asked at intervals.)
public struct AlertPolicy: Equatable, Sendable {
    public var worseHolds: Nanoseconds = .seconds(10)
    public var betterHolds: Nanoseconds = .seconds(30)
    /// From the start of the program that tells to its SIGTERM.
    public var limit: Nanoseconds = .seconds(30)
    /// From SIGTERM to SIGKILL.
    public var grace: Nanoseconds = .seconds(5)

    public init() {}
}
