/// When a program dies so often that restarting it has stopped being a remedy: more than `limit` abnormal deaths within
/// `window` (the rule of Erlang/OTP's supervisors). Backoff is per slot and cannot see a cause that fells every slot.
package struct RestartIntensity: Equatable, Sendable {
    /// 0 = never give up.
    package private(set) var limit: Int
    package private(set) var window: Nanoseconds
    /// Moments of the deaths inside the window, oldest first; never more than `limit` + 1 of them.
    private(set) var deaths: [Nanoseconds] = []

    package init(limit: Int, window: Nanoseconds) {
        self.limit = limit
        self.window = window
    }

    /// A lower limit is for a smaller fleet, or stricter from now on: what was endured before does not count against it.
    package mutating func adopt(limit: Int, window: Nanoseconds) {
        if limit < self.limit { deaths = [] }
        self.limit = limit
        self.window = window
    }

    /// Whether the last death was one too many.
    package var isExceeded: Bool { limit > 0 && deaths.count > limit }

    /// Counts one abnormal death; true when it is one too many.
    package mutating func record(at now: Nanoseconds) -> Bool {
        guard limit > 0 else { return false }
        deaths.removeAll { now.since($0) > window }
        deaths.append(now)
        deaths = deaths.suffix(limit + 1)
        return isExceeded
    }
}
