/// How somebody is told of a change of health. Each way has its own program, and none waits for the other.
package enum AlertWay: String, CaseIterable, Sendable {
    /// The operator's command.
    case hook
    /// `pulsectl alert`, which posts to an address.
    case webhook

    /// By which its lines are known in the log.
    package var source: String {
        switch self {
        case .hook: "on-health-change"
        case .webhook: "alert"
        }
    }

    package var setting: String {
        switch self {
        case .hook: "PULSE_ON_HEALTH_CHANGE"
        case .webhook: "PULSE_ALERT_WEBHOOK"
        }
    }
}

/// The programs that tell of a change of health.
public struct AlertPrograms: Equatable, Sendable {
    private var commands: [AlertWay: [String]] = [:]

    /// - Parameters:
    ///   - hook: a command line for the shell; nil = there is none.
    ///   - poster: path of the program that posts, and its arguments; nil = there is no address.
    ///   - deathSignalTool: path of setpriv, which lets them die with us, or nil.
    public init(hook: String?, poster: [String]?, deathSignalTool: String?) {
        commands[.hook] = hook.map { ShellCommand($0).arguments(deathSignalTool: deathSignalTool) }
        commands[.webhook] = poster
    }

    subscript(way: AlertWay) -> [String]? { commands[way] }
}
