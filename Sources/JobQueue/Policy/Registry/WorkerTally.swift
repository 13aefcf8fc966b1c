/// How many jobs one worker, Pulse's or Python's, has brought to an end since it registered.
public struct WorkerTally: Equatable, Sendable {
    /// As `rq info` shows it; each incarnation has its own.
    public var name: String
    public var finished: Int
    public var failed: Int

    public init(name: String, finished: Int, failed: Int) {
        self.name = name
        self.finished = finished
        self.failed = failed
    }
}
