/// One line of `GET /events`: something that happened in the fleet.
public struct FleetNews: Codable, Equatable, Sendable {
    public enum Kind: String, Codable, Sendable {
        /// The first line: how things stand.
        case hello
        /// A slot changed its state.
        case slot
        /// A process died, and not because it was told to.
        case death
        /// The fleet is ready.
        case ready
        /// The one-line summary's problems changed.
        case health
        /// A restart, scaling or reload began or ended.
        case operation
        /// Somebody was told of a change of health, or should have been: `slot` is the way, `status` the health, `summary` the
        /// outcome.
        case alert
        case stopping
        /// The reader was too slow and has missed what came after; the stream ends here.
        case lagged
    }

    public var event: Kind
    /// Unix time in seconds.
    public var at: Double
    /// "worker.1"; of an alert "on-health-change" or "alert".
    public var slot: String?
    public var state: String?
    public var pid: Int32?
    public var death: DeathRecord?
    public var status: Health?
    public var summary: String?
    public var operation: OperationStatus?

    public init(
        _ event: Kind, at: Double, slot: String? = nil, state: String? = nil, pid: Int32? = nil,
        death: DeathRecord? = nil, status: Health? = nil, summary: String? = nil, operation: OperationStatus? = nil
    ) {
        self.event = event
        self.at = at
        self.slot = slot
        self.state = state
        self.pid = pid
        self.death = death
        self.status = status
        self.summary = summary
        self.operation = operation
    }
}

/// A restart, a scaling or a reload, as `GET /operations/ID` answers it.
public struct OperationStatus: Codable, Equatable, Sendable {
    public enum State: String, Codable, Sendable {
        case running, done
        /// New processes died; what was not reached was left alone, new settings were taken back.
        case aborted
        /// A newer one of its kind took its place.
        case superseded
        /// It could not be begun; nothing changed.
        case refused
        /// The fleet stops.
        case stopped
    }

    public var id: Int
    /// "restart", "scale worker=8", "reload"
    public var kind: String
    public var state: State
    /// What it does now, or what became of it, in one line.
    public var detail: String
    /// Slots that are done, and all of them, where it goes slot by slot.
    public var done: Int?
    public var total: Int?

    public init(id: Int, kind: String, state: State, detail: String, done: Int? = nil, total: Int? = nil) {
        self.id = id
        self.kind = kind
        self.state = state
        self.detail = detail
        self.done = done
        self.total = total
    }
}
