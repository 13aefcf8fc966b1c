/// One mark that health may be beyond, believed only once that has held for a while, either way: a debouncer.
struct HeldMark: Equatable, Sendable {
    private(set) var isPassed = false
    private var isSeenPassed = false
    private var since: Nanoseconds = 0

    /// Believes what has been seen for long enough. To be called before anything else is seen, so that what held until now
    /// counts although nobody looked meanwhile.
    mutating func settle(_ policy: AlertPolicy, now: Nanoseconds) {
        if let due = deadline(policy), now >= due { isPassed = isSeenPassed }
    }

    mutating func see(_ isSeen: Bool, now: Nanoseconds) {
        guard isSeen != isSeenPassed else { return }
        isSeenPassed = isSeen
        since = now
    }

    /// When what is seen will be believed; nil = it is.
    func deadline(_ policy: AlertPolicy) -> Nanoseconds? {
        guard isSeenPassed != isPassed else { return nil }
        return since.adding(isSeenPassed ? policy.worseHolds : policy.betterHolds)
    }
}
