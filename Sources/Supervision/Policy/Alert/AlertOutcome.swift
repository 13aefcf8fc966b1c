/// What became of an attempt to tell of a change of health.
enum AlertOutcome: Equatable, Sendable {
    case told
    case failed(ExitStatus)
    /// It was ended when its time was up.
    case timedOut
    /// It was ended because the supervisor stops.
    case stopped

    /// - Parameters:
    ///   - status: how the program ended.
    ///   - isEnded: we have ended it; because we stop, or because its time was up.
    init(_ status: ExitStatus, isEnded: Bool, isStopping: Bool) {
        if status == .exited(0) {
            self = .told
        } else {
            self = !isEnded ? .failed(status) : isStopping ? .stopped : .timedOut
        }
    }

    /// As a metric's label.
    enum Kind: String, CaseIterable, Sendable {
        case told, failed, stopped
        case timedOut = "timed_out"
    }

    var kind: Kind {
        switch self {
        case .told: .told
        case .failed: .failed
        case .timedOut: .timedOut
        case .stopped: .stopped
        }
    }

    /// What happened, and what to do about it; nil = nothing.
    /// - Parameters:
    ///   - last: the last line that it printed.
    ///   - limit: the time that it had.
    func account(_ way: AlertWay, last: String?, limit: Nanoseconds) -> (cause: String, remedy: String?) {
        let said = last.map { " (\($0))" } ?? ""
        return switch self {
        case .told: ("done", nil)
        case .stopped: ("ended, because the supervisor stops\(said)", nil)
        case .timedOut: ("not done within \(TimeText.of(limit)), and ended\(said)", Self.slowness(way))
        case .failed(.exited(126)) where way == .hook, .failed(.exited(127)) where way == .hook:
            ("the shell cannot run it\(said)", "correct \(way.setting)")
        case .failed(let status): ("\(status)\(said)", Self.trial(way))
        }
    }

    private static func slowness(_ way: AlertWay) -> String {
        switch way {
        case .hook: "give what it calls a shorter time of its own, such as curl --max-time 20"
        case .webhook: trial(way)
        }
    }

    private static func trial(_ way: AlertWay) -> String {
        switch way {
        case .hook: "try it by hand: pulsectl status --json | sh -c '...' with the command in \(way.setting)"
        case .webhook: "try it by hand: pulsectl status --json | pulsectl alert, with \(way.setting) in the environment"
        }
    }
}
