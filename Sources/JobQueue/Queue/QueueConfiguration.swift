/// What a worker needs to know to take jobs.
public struct QueueConfiguration: Sendable {
    public var url: RedisURL
    public var queues: [String]
    /// One for each queue: chances to be looked at first. Empty = strict order, the second when the first is empty.
    public var weights: [Int] = []
    /// A name for the machine, shown by `rq info`; nil = the host's name.
    public var node: String?
    public var slot: String
    /// RQ's key prefix (`RQ_KEY_PREFIX` of RQ 3; earlier versions know only `rq`).
    public var keyPrefix = "rq"
    /// Prefix of the keys that are Pulse's own. Fleets of different prefixes must not bury each other's workers.
    public var ownPrefix: String { Self.ownPrefix(beside: keyPrefix) }

    static func ownPrefix(beside keyPrefix: String) -> String { keyPrefix == "rq" ? "pulse" : "pulse:\(keyPrefix)" }
    /// How long any one exchange with Redis may take.
    public var timeout: Duration = .seconds(5)
    /// A job that was running in this many crashes is failed.
    public var crashLimit = 3
    /// How long we must have been connected without a break before an expired alive key proves a worker dead: an outage of
    /// Redis makes everybody look dead.
    public var expiryPatience: Duration = .seconds(20)
    public var version = "pulse"

    public init(url: RedisURL, queues: [String] = ["indexing"], slot: String = "worker.1", node: String? = nil) {
        self.url = url
        self.queues = queues.isEmpty ? ["indexing"] : queues
        self.slot = slot
        self.node = node
    }
}
