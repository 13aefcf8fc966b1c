/// What `GET /status` answers: everything an operator or a tool may ask of one supervisor, as one value.
public struct StatusDocument: Codable, Equatable, Sendable {
    /// Raised when a field changes its meaning or goes; new fields do not raise it.
    public var schema = 1
    public var version: String
    public var status: Health
    /// One line that names what is wrong, as it also stands in `systemctl status`.
    public var summary: String
    public var supervisor: SupervisorStatus
    /// Keyed `redis`, `qdrant`, `tei`.
    public var services: [String: ServiceStatus]
    public var workers: WorkerCounts
    public var slots: [SlotStatus]
    /// Jobs waiting in the queues, when a worker could ask.
    public var queued: Int?
    /// Unix time in seconds.
    public var timestamp: Double

    public init(
        version: String, status: Health, summary: String, supervisor: SupervisorStatus,
        services: [String: ServiceStatus], workers: WorkerCounts, slots: [SlotStatus], queued: Int?, timestamp: Double
    ) {
        self.version = version
        self.status = status
        self.summary = summary
        self.supervisor = supervisor
        self.services = services
        self.workers = workers
        self.slots = slots
        self.queued = queued
        self.timestamp = timestamp
    }
}

/// `degraded` = a service is down or a slot is in backoff; `unhealthy` = no worker can work and none waits for a service.
public enum Health: String, Codable, Sendable { case healthy, degraded, unhealthy }

public struct SupervisorStatus: Codable, Equatable, Sendable {
    public var pid: Int32
    /// `starting` until the quorum is ready, then `running`, then `stopping`.
    public var state: String
    public var uptimeSeconds: Double
    /// Restarts, scalings and reloads under way.
    public var operations: [OperationStatus]
    /// What somebody should know though nothing is wrong now: settings that wait for a new supervisor, a reload taken back.
    public var notes: [String]

    public init(
        pid: Int32, state: String, uptimeSeconds: Double, operations: [OperationStatus] = [], notes: [String] = []
    ) {
        self.pid = pid
        self.state = state
        self.uptimeSeconds = uptimeSeconds
        self.operations = operations
        self.notes = notes
    }

    enum CodingKeys: String, CodingKey {
        case pid, state, operations, notes
        case uptimeSeconds = "uptime_seconds"
    }
}

/// The worst that any worker reports of a service, and how many say so.
public struct ServiceStatus: Codable, Equatable, Sendable {
    public var state: ServiceReport.State
    public var reason: String?
    public var remedy: String?
    /// "1/4 workers" when they disagree.
    public var reporters: String?

    public init(state: ServiceReport.State, reason: String? = nil, remedy: String? = nil, reporters: String? = nil) {
        self.state = state
        self.reason = reason
        self.remedy = remedy
        self.reporters = reporters
    }
}

public struct WorkerCounts: Codable, Equatable, Sendable {
    public var wanted: Int
    public var ready: Int
    /// Ready, but holding back because a service is unhealthy.
    public var waiting: Int
    public var starting: Int
    public var backoff: Int
    public var draining: Int
    public var failed: Int

    public init(
        wanted: Int = 0, ready: Int = 0, waiting: Int = 0, starting: Int = 0, backoff: Int = 0, draining: Int = 0,
        failed: Int = 0
    ) {
        self.wanted = wanted
        self.ready = ready
        self.waiting = waiting
        self.starting = starting
        self.backoff = backoff
        self.draining = draining
        self.failed = failed
    }
}

/// One slot: a place for one process of a program, whichever incarnation lives in it.
public struct SlotStatus: Codable, Equatable, Sendable {
    /// "worker.1"
    public var slot: String
    public var program: String
    /// starting, occupied, ready, draining, killing, unkillable, backoff, stopped, failed
    public var state: String
    public var pid: Int32?
    public var uptimeSeconds: Double?
    /// Ends that nobody asked for and that were answered by a fresh process.
    public var restarts: Int
    /// Seconds until the next start while in backoff.
    public var nextStartSeconds: Double?
    /// The child's own STATUS= line.
    public var text: String?
    /// Most recent last.
    public var deaths: [DeathRecord]
    public var report: WorkerReport?

    public init(
        slot: String, program: String, state: String, pid: Int32? = nil, uptimeSeconds: Double? = nil,
        restarts: Int = 0,
        nextStartSeconds: Double? = nil, text: String? = nil, deaths: [DeathRecord] = [], report: WorkerReport? = nil
    ) {
        self.slot = slot
        self.program = program
        self.state = state
        self.pid = pid
        self.uptimeSeconds = uptimeSeconds
        self.restarts = restarts
        self.nextStartSeconds = nextStartSeconds
        self.text = text
        self.deaths = deaths
        self.report = report
    }

    enum CodingKeys: String, CodingKey {
        case slot, program, state, pid, restarts, text, deaths, report
        case uptimeSeconds = "uptime_seconds"
        case nextStartSeconds = "next_start_seconds"
    }
}

/// One death in a slot's tally.
public struct DeathRecord: Codable, Equatable, Sendable {
    /// Unix time in seconds.
    public var at: Double
    /// "exit 69", "killed by SIGKILL"
    public var how: String
    public var uptimeSeconds: Double
    /// Largest resident size the process reached, in bytes.
    public var maxResidentBytes: Int?
    /// exit, signal, unavailable, configuration, spawn, hang
    public var cause: String
    /// What it printed last, oldest first.
    public var lastLines: [String]

    public init(
        at: Double, how: String, cause: String, uptimeSeconds: Double, maxResidentBytes: Int? = nil,
        lastLines: [String] = []
    ) {
        self.at = at
        self.how = how
        self.cause = cause
        self.uptimeSeconds = uptimeSeconds
        self.maxResidentBytes = maxResidentBytes
        self.lastLines = lastLines
    }

    enum CodingKeys: String, CodingKey {
        case at, how, cause
        case lastLines = "last_lines"
        case uptimeSeconds = "uptime_seconds"
        case maxResidentBytes = "max_resident_bytes"
    }
}
