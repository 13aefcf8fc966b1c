/// A promise to be heard from at least once per interval.
struct Watchdog: Equatable, Sendable {
    let interval: Nanoseconds
    private(set) var deadline: Nanoseconds

    init(interval: Nanoseconds, now: Nanoseconds) {
        self.interval = interval
        deadline = now.adding(interval)
    }

    mutating func heard(at now: Nanoseconds) { deadline = now.adding(interval) }

    /// Has the promise been broken? A deadline noticed a second late says that *we* were not running (stopped, frozen
    /// with the whole container, starved): nobody could have been heard, so everybody gets one fresh interval.
    mutating func isBroken(at now: Nanoseconds) -> Bool {
        guard now >= deadline else { return false }
        guard !Self.wasFrozen(deadline: deadline, now: now) else {
            heard(at: now)
            return false
        }
        return true
    }

    static func wasFrozen(deadline: Nanoseconds, now: Nanoseconds) -> Bool {
        now.since(deadline) > .seconds(1)
    }
}
