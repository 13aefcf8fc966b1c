/// The numbers the fleet is run by. Distances are nanoseconds.
public struct FleetPolicy: Equatable, Sendable {
    /// What to do when the services are away at the start.
    public enum Startup: String, Equatable, Sendable {
        /// Give up after `startupTimeout`, so that whoever started us learns of it.
        case fail
        /// Be ready and wait for them.
        case wait
    }

    public var restart = RestartPolicy()
    /// Abnormal deaths of one program within the window that are still endured; nil = 5 for each of its slots, 0 = any.
    public var restartLimit: Int?
    public var restartWindow: Nanoseconds = .seconds(60)
    /// How many workers may be on their way to READY at once.
    public var startConcurrency = 2
    public var startup = Startup.fail
    public var startupTimeout: Nanoseconds = .seconds(30)
    public var stopTimeout: Nanoseconds = .seconds(60)
    /// From SIGABRT, which lets a hung child print where it hangs, to SIGKILL.
    public var hangGrace: Nanoseconds = .seconds(2)
    /// Ready workers that make the fleet ready; nil = all of them.
    public var readyQuorum: Int?
    /// A ready worker older than this is replaced, a tenth of it early at most; nil = never.
    public var maxLifetime: Nanoseconds?
    /// A ready worker whose resident size exceeds this, in bytes, is replaced; nil = never.
    public var maxMemory: Int?
    public var guards = Guards.all

    public init() {}
}
