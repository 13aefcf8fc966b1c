import Glibc

/// What keeps pulsectl from doing its work.
enum ControlError: Error, CustomStringConvertible {
    case noRuntimeDirectory
    /// Nobody listens: it is not running.
    case noSupervisor(socket: String, cause: String)
    /// Somebody may be there, but does not answer, or not us.
    case silent(socket: String, cause: String)
    case badAnswer(path: String, cause: String)
    case unreadable(path: String, cause: String)
    case refused(String)
    /// Nobody took it in time.
    case undelivered(String)

    private static let service = "/run/pulse"

    var description: String {
        switch self {
        case .noRuntimeDirectory:
            "where is the supervisor? Neither --runtime-dir nor PULSE_RUNTIME_DIR nor XDG_RUNTIME_DIR is set; pulse.service's "
                + "is in \(Self.service)"
        case .noSupervisor(let socket, let cause):
            "no supervisor answers on \(socket): \(cause). \(Self.advice(socket))"
        case .silent(let socket, let cause): "the supervisor on \(socket) cannot be asked: \(cause)"
        case .badAnswer(let path, let cause): "the supervisor's answer to \(path) cannot be used: \(cause)"
        case .unreadable(let path, let cause): "\(path): \(cause)"
        case .refused(let text), .undelivered(let text): text
        }
    }

    private static func advice(_ socket: String) -> String {
        let isElsewhere = unsafe !socket.hasPrefix(service + "/") && access(service + "/supervisor.sock", F_OK) == 0
        return isElsewhere
            ? "pulse.service's is asked with --runtime-dir \(service)" : "Is it running (systemctl status pulse)?"
    }
}
