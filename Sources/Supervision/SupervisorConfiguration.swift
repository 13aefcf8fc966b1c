public import Logging
public import ProcessLog

/// Everything one supervisor is told at its start.
public struct SupervisorConfiguration: Sendable {
    /// Of Pulse, as status and metrics tell it.
    public var version: String
    public var policy: FleetPolicy
    /// The workers first, then the front if there is one, then the Procfile's.
    public var programs: [Program]
    /// An absolute path.
    public var runtimeDirectory: String
    /// Our environment, read once.
    public var environment: [String: String]
    /// The env file's values, which children get where the environment says nothing.
    public var fileEnvironment: [String: String]
    /// A worker's report counts as unknown when it is older than three of these.
    public var reportInterval: Nanoseconds
    /// Serve the status there too, for reading: host (nil = every address) and port.
    public var listen: (host: String?, port: UInt16)?
    /// Where the front listens, if it is not handed over; nil = there is no front.
    public var front: (host: String?, port: UInt16)?
    /// Who tells of a change of health.
    public var alerts: AlertPrograms
    /// For a test that cannot wait.
    public var alertPolicy: AlertPolicy
    /// Names of every setting of Pulse's, in each spelling.
    public var settingNames: Set<String>
    /// Where every line goes, ours and the children's.
    public var sink: LogSink
    /// Less important lines of ours are not written; children's always are.
    public var logLevel: Logger.Level
    /// Reads the env file again, given the values of it that are in force.
    public var reload: @Sendable ([String: String]) throws(ReloadRefusal) -> NewSettings

    public init(
        version: String, policy: FleetPolicy, programs: [Program], runtimeDirectory: String,
        environment: [String: String], fileEnvironment: [String: String], reportInterval: Nanoseconds,
        listen: (host: String?, port: UInt16)?, front: (host: String?, port: UInt16)? = nil,
        alerts: AlertPrograms, alertPolicy: AlertPolicy, settingNames: Set<String>, sink: LogSink,
        logLevel: Logger.Level,
        reload: @escaping @Sendable ([String: String]) throws(ReloadRefusal) -> NewSettings
    ) {
        self.version = version
        self.policy = policy
        self.programs = programs
        self.runtimeDirectory = runtimeDirectory
        self.environment = environment
        self.fileEnvironment = fileEnvironment
        self.reportInterval = reportInterval
        self.listen = listen
        self.front = front
        self.alerts = alerts
        self.alertPolicy = alertPolicy
        self.settingNames = settingNames
        self.sink = sink
        self.logLevel = logLevel
        self.reload = reload
    }
}

/// What a reload brings: everything that can change while the supervisor runs, whole.
public struct NewSettings: Sendable {
    public var policy: FleetPolicy
    /// As at the start in number and order; counts as they are configured now.
    public var programs: [Program]
    /// The env file's values.
    public var fileEnvironment: [String: String]
    public var reportInterval: Nanoseconds
    public var alerts: AlertPrograms
    public var logLevel: Logger.Level
    /// Names of what changed, for the answer.
    public var changed: [String] = []
    /// Those of them that a running supervisor cannot take over.
    public var waiting: [String] = []
    /// Whether processes of a program have to be replaced for it.
    public var renews: @Sendable (Program) -> Bool = { _ in false }

    public init(
        policy: FleetPolicy, programs: [Program], fileEnvironment: [String: String], reportInterval: Nanoseconds,
        alerts: AlertPrograms, logLevel: Logger.Level
    ) {
        self.policy = policy
        self.programs = programs
        self.fileEnvironment = fileEnvironment
        self.reportInterval = reportInterval
        self.alerts = alerts
        self.logLevel = logLevel
    }
}

/// Why new settings cannot be used: the names, values and what is allowed, one problem a line.
public struct ReloadRefusal: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
