/// How a process ended, or why there was none.
public enum ExitStatus: Equatable, Sendable {
    case exited(Int32)
    case killed(signal: Int32, coreDumped: Bool)
    /// The kernel refused to start it; the error number says why.
    case notSpawned(errno: Int32)
}

/// What an ending asks for.
package enum ExitMeaning: Equatable, Sendable {
    /// Exit 0.
    case clean
    case abnormal
    /// A service it needs is away. Restarting is right, giving up is not: it never counts towards the intensity.
    case unavailable
    /// It will end like this every time until a person changes something: no restart.
    case configuration
}

extension ExitStatus {
    /// - Parameter throughShell: 126 and 127 then are the shell's own words for "cannot run it" and "cannot find it".
    package func meaning(throughShell: Bool) -> ExitMeaning {
        switch self {
        case .exited(0): .clean
        case .exited(69): .unavailable
        case .exited(78): .configuration
        case .exited(126), .exited(127): throughShell ? .configuration : .abnormal
        case .exited, .killed: .abnormal
        // ENOENT, ENOEXEC, EACCES, ENOTDIR: the command is wrong. Anything else is the machine's trouble and may pass.
        case .notSpawned(2), .notSpawned(8), .notSpawned(13), .notSpawned(20): .configuration
        case .notSpawned: .abnormal
        }
    }
}

extension ExitStatus: CustomStringConvertible {
    public var description: String {
        switch self {
        case .exited(let code): "exit \(code)"
        case .killed(let signal, let coreDumped):
            "killed by \(SignalName.of(signal))\(coreDumped ? " (core dumped)" : "")"
        case .notSpawned(let errno): "could not be started: \(Self.cause(of: errno))"
        }
    }

    private static func cause(of errno: Int32) -> String {
        switch errno {
        case 2: "no such file or directory"
        case 5: "its socket, lock or pipe could not be made; the log says why"
        case 8: "not an executable (exec format error)"
        case 11: "no process to be had (EAGAIN: a limit on processes)"
        case 12: "out of memory"
        case 13: "permission denied"
        case 20: "a part of its path is not a directory"
        case 23, 24: "out of file descriptors"
        case 28: "no space left on the device"
        case 36: "its path is too long"
        case 26: "text file busy (it is being replaced)"
        default: "error \(errno)"
        }
    }
}
