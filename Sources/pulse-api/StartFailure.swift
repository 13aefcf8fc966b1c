/// Why the API does not start.
enum StartFailure: Error, CustomStringConvertible {
    /// Somebody has to change a setting.
    case settings(String)
    /// The machine refuses something.
    case machine(String)

    /// sysexits(3): EX_CONFIG, EX_SOFTWARE.
    var exitStatus: Int32 {
        switch self {
        case .settings: 78
        case .machine: 70
        }
    }

    var description: String {
        switch self {
        case .settings(let text), .machine(let text): text
        }
    }
}
