public import Logging

/// Everything one supervisor is told at its start.
public struct SupervisorConfiguration: Sendable {
    public var version: String
    public var policy: FleetPolicy
    public var programs: [Program]
    public var runtimeDirectory: String
    /// Our environment, read once.
    public var environment: [String: String]
    /// The env file's values, which children get where the environment says nothing.
    public var fileEnvironment: [String: String]
    /// A worker's report counts as unknown when it is older than three of these.
    public var reportInterval: Nanoseconds
    /// Makes the log of a slot ("worker.1") or of the supervisor itself ("supervisor").
    public var log: @Sendable (String) -> Logger

    public init(
        version: String, policy: FleetPolicy, programs: [Program], runtimeDirectory: String,
        environment: [String: String], fileEnvironment: [String: String], reportInterval: Nanoseconds,
        log: @escaping @Sendable (String) -> Logger
    ) {
        self.version = version
        self.policy = policy
        self.programs = programs
        self.runtimeDirectory = runtimeDirectory
        self.environment = environment
        self.fileEnvironment = fileEnvironment
        self.reportInterval = reportInterval
        self.log = log
    }
}
