/// A promise to be heard from within an interval: READY=1 after the start, WATCHDOG=1 ever after.
struct Watchdog: Equatable, Sendable {
    let interval: Nanoseconds
    private(set) var deadline: Nanoseconds
    /// The deadline has passed once; the present one is the last.
    private(set) var isLastLook = false

    /// How much longer is waited once the promise is broken: when everybody was frozen, and woke just before the deadline,
    /// the child has not had its turn yet.
    private static let lastLook = Nanoseconds.seconds(2)
    /// A deadline noticed later than this says that we were not running ourselves.
    private static let lag = Nanoseconds.seconds(1)

    init(interval: Nanoseconds, now: Nanoseconds) {
        self.interval = interval
        deadline = now.adding(interval)
    }

    mutating func heard(at now: Nanoseconds) {
        deadline = now.adding(interval)
        isLastLook = false
    }

    /// Puts the deadline further away; never nearer.
    mutating func extend(to moment: Nanoseconds) {
        guard moment > deadline else { return }
        deadline = moment
        isLastLook = false
    }

    /// Has the promise been broken? A deadline noticed late says that *we* were not running (stopped, frozen with the whole
    /// container, starved): nobody could have been heard, so everybody gets one fresh interval.
    mutating func isBroken(at now: Nanoseconds, guards: Guards) -> Bool {
        guard now >= deadline else { return false }
        guard guards.holds(.lagGuard) else { return true }
        if now.since(deadline) > Self.lag {
            heard(at: now)
            return false
        }
        if isLastLook { return true }
        isLastLook = true
        deadline = now.adding(min(interval, Self.lastLook))
        return false
    }
}
