/// When the points of the replaced product are to be counted again: Python workers that serve the queue beside us may write
/// new ones at any time. So once a minute while one is registered, and once more when the last has gone.
///
/// All instants come from a monotonic clock.
struct ForeignWriters {
    static let interval = Duration.seconds(60)

    private var looked: ContinuousClock.Instant?
    private var werePresent = false

    /// Time to look whether there are any.
    func isDue(at now: ContinuousClock.Instant) -> Bool {
        looked.map { $0.duration(to: now) >= Self.interval } ?? true
    }

    /// - Returns: whether to count.
    mutating func saw(_ present: Bool, at now: ContinuousClock.Instant) -> Bool {
        defer { (looked, werePresent) = (now, present) }
        return present || werePresent
    }
}
