/// What is said of a pause: it stops more than Pulse.
enum PauseText {
    /// Whether the workers are paused, and for how long yet: nil = until somebody resumes.
    struct State {
        var isPaused: Bool
        var secondsLeft: Double?
    }

    static func state(_ state: State) -> String {
        guard state.isPaused else { return "not paused: workers take jobs" }
        let end = state.secondsLeft.map { "ends by itself in \(elapsed($0.rounded(.up))), or" } ?? "ends"
        return "paused: no RQ worker of this Redis takes a job; it \(end) with pulsectl resume"
    }

    static func paused(forSeconds seconds: Double?, before: State, redis: String) -> String {
        let end = seconds.map { "for \(elapsed($0.rounded(.up)))" } ?? "until pulsectl resume"
        return "paused \(end): no RQ worker of \(redis) takes a job, Pulse's or Python's, of any queue; "
            + "what runs goes on. Before: \(short(before))"
    }

    static func resumed(before: State, redis: String) -> String {
        guard before.isPaused else { return "nothing to resume: the RQ workers of \(redis) were not paused" }
        return "resumed: all RQ workers of \(redis) take jobs again, Pulse's and Python's. Before: \(short(before))"
    }

    private static func short(_ state: State) -> String {
        guard state.isPaused else { return "not paused" }
        return state.secondsLeft.map { "paused for another \(elapsed($0.rounded(.up)))" } ?? "paused without an end"
    }
}
