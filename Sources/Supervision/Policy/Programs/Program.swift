/// What to run, how many times, and how to tell that it runs.
public struct Program: Equatable, Sendable {
    /// How a process of it is known to be ready.
    public enum Readiness: Equatable, Sendable {
        /// It says READY=1; after this long without it, it is taken for hung.
        case notified(within: Nanoseconds)
        /// It has run for this long.
        case after(Nanoseconds)
    }

    /// Pulse's own workers, its front for producers, or a line of a Procfile.
    public enum Kind: Equatable, Sendable {
        case worker
        /// Gets a listening socket that outlives it.
        case api
        /// `hasOperators`: the shell stays as the parent, so a signal must go to the whole group.
        case procfile(hasOperators: Bool)
    }

    /// The front's name, and the workers'.
    static let (api, worker) = ("api", "worker")

    public var name: String
    public var kind: Kind
    public var count: Int
    /// The program's path and its arguments; never empty.
    public var command: [String]
    public var readiness: Readiness
    /// Longest silence between two WATCHDOG=1; nil when the program makes no such promise.
    public var watchdog: Nanoseconds?

    public init(
        name: String, kind: Kind, count: Int, command: [String], readiness: Readiness, watchdog: Nanoseconds? = nil
    ) {
        self.name = name
        self.kind = kind
        self.count = count
        self.command = command
        self.readiness = readiness
        self.watchdog = watchdog
    }

    public var isWorker: Bool { kind == .worker }

    /// Pulse's own: one process that speaks for itself, and that needs the Procfile's programs to leave in order.
    public var isOurs: Bool { kind == .worker || kind == .api }
}
