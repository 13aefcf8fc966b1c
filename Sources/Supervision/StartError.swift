/// Why the supervisor could not start; its text is the one line that the operator reads.
public enum StartError: Error, CustomStringConvertible {
    case configuration(String)
    case alreadyRunning(String)
    case internalFault(String)

    /// 78, 100 or 70.
    public var exitCode: Int32 {
        switch self {
        case .configuration: 78
        case .alreadyRunning: 100
        case .internalFault: 70
        }
    }

    public var description: String {
        switch self {
        case .configuration(let text), .alreadyRunning(let text), .internalFault(let text): text
        }
    }
}
