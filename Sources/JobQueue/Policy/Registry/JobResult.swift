/// One entry of a job's result stream.
public struct JobResult: Equatable, Sendable {
    /// RQ's numbers for how an execution ended.
    public enum Kind: Int, Sendable {
        case successful = 1
        case failed, stopped, retried, maxRetriesExceeded

        /// As a person says it.
        public var name: String { self == .maxRetriesExceeded ? "retries used up" : String(describing: self) }
    }

    /// Seconds since 1970.
    public var at: Double
    /// nil: a kind of a later RQ.
    public var kind: Kind?
    public var worker: String
    /// The return value as Python would print it, or the traceback; long ones are cut.
    public var text: String

    public init(at: Double, kind: Kind?, worker: String, text: String) {
        self.at = at
        self.kind = kind
        self.worker = worker
        self.text = text
    }

    /// The moment in a stream entry's id, `<milliseconds>-<number>`.
    static func moment(ofEntry id: String) -> Double { Double(id.prefix { $0 != "-" }).map { $0 / 1000 } ?? 0 }
}
