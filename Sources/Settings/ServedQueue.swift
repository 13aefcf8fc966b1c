/// A queue that workers drain.
public struct ServedQueue: Equatable, Sendable {
    public var name: String
    /// Its chances to be looked at first, against the others'; nil with strict order.
    public var weight: Int?

    public init(name: String, weight: Int? = nil) {
        self.name = name
        self.weight = weight
    }
}

/// What becomes of a job that only Python could run.
public enum UnknownJobs: Equatable, Sendable {
    /// It fails, and its reason says why.
    case fail
    /// It is moved whole to a queue that Python workers serve.
    case route(queue: String)
}
