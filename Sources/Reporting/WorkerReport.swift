/// What a worker, or the API, tells its supervisor in `X_PULSE_REPORT=`: one line of JSON, alone in its datagram.
///
/// The datagram holds at most 4096 bytes, since systemd drops longer ones whole and a worker may run directly under it;
/// `current` is therefore cut, and `unlisted` counts what was left out.
public struct WorkerReport: Codable, Equatable, Sendable {
    /// One job in hand.
    public struct Job: Codable, Equatable, Sendable {
        public var id: String
        public var url: String?
        /// Unix time in seconds when this worker began it.
        public var since: Double

        public init(id: String, url: String?, since: Double) {
            self.id = id
            self.url = url
            self.since = since
        }
    }

    /// `serving` claims jobs; `waiting` has stopped claiming because a service is unhealthy; `draining` is about to leave.
    public enum Activity: String, Codable, Sendable { case starting, serving, waiting, draining }

    public var version = 1
    /// The incarnation's name, as `rq info` shows it.
    public var worker: String
    public var activity: Activity
    /// Keyed `redis`, `qdrant`, `tei`.
    public var services: [String: ServiceReport]
    public var done: Int
    public var failed: Int
    public var retried: Int
    public var inFlight: Int
    /// Jobs waiting in the queues this worker serves, when Redis could be asked.
    public var queued: Int?
    public var current: [Job]
    public var unlisted: Int
    /// Of the API alone.
    public var api: APICounts?

    public init(
        worker: String, activity: Activity, services: [String: ServiceReport] = [:], done: Int = 0, failed: Int = 0,
        retried: Int = 0, inFlight: Int = 0, queued: Int? = nil, current: [Job] = [], unlisted: Int = 0,
        api: APICounts? = nil
    ) {
        self.worker = worker
        self.activity = activity
        self.services = services
        self.done = done
        self.failed = failed
        self.retried = retried
        self.inFlight = inFlight
        self.queued = queued
        self.current = current
        self.unlisted = unlisted
        self.api = api
    }

    enum CodingKeys: String, CodingKey {
        case version = "v"
        case worker, activity, services, done, failed, retried, queued, current, unlisted, api
        case inFlight = "in_flight"
    }
}
