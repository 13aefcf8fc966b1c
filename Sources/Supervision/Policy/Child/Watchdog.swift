/// A promise to be heard from within an interval: READY=1 after the start, WATCHDOG=1 ever after.
package struct Watchdog: Equatable, Sendable {
    package let interval: Nanoseconds
    private(set) var deadline: Nanoseconds
    /// The promise was broken; so many more looks, each in time, and nobody can say that the child had no chance to speak.
    package private(set) var looksLeft: Int?
    /// How often all has begun anew because a look came late.
    private var delays = 0

    /// What a child gets beyond its interval, in pieces: when everybody was frozen and woke just before the deadline, it has
    /// not had its turn yet.
    private static let grace = Nanoseconds.seconds(2)
    private static let looks = 4
    /// A look that comes later than this says that we were not running ourselves, so it does not count.
    private static let tolerance = Nanoseconds.milliseconds(100)
    /// A machine on which every look is late must find the hung all the same.
    private static let mostDelays = 10
    /// Later than this, nobody could have been heard for so long that everything begins anew.
    private static let lag = Nanoseconds.seconds(1)

    package init(interval: Nanoseconds, now: Nanoseconds) {
        self.interval = interval
        deadline = now.adding(interval)
    }

    package mutating func heard(at now: Nanoseconds) {
        deadline = now.adding(interval)
        looksLeft = nil
        delays = 0
    }

    /// Puts the deadline further away; never nearer.
    package mutating func extend(to moment: Nanoseconds) {
        guard moment > deadline else { return }
        deadline = moment
        looksLeft = nil
    }

    /// Has the promise been broken, and not by a pause of ours (stopped, frozen with the whole container, starved)? Then the
    /// child has been silent for its interval and for two more seconds in which we certainly ran.
    package mutating func isBroken(at now: Nanoseconds, guards: Guards) -> Bool {
        guard now >= deadline else { return false }
        guard guards.holds(.lagGuard) else { return true }
        let late = now.since(deadline)
        if late > Self.lag, delays < Self.mostDelays {
            delays += 1
            deadline = now.adding(interval)
            looksLeft = nil
            return false
        }
        var left = looksLeft ?? Self.looks
        if looksLeft != nil {
            let isDelayed = late > Self.tolerance && delays < Self.mostDelays
            delays += isDelayed ? 1 : 0
            left = isDelayed ? Self.looks : left - 1
        }
        looksLeft = left
        if left == 0 { return true }
        deadline = now.adding(min(interval, Self.grace) / UInt64(Self.looks))
        return false
    }
}
