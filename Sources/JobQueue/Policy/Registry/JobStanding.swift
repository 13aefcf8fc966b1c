/// Where a job stands, for whoever enqueued it. Times are RQ's texts, empty where the moment has not come.
public struct JobStanding: Equatable, Sendable {
    public var id: String
    /// RQ's word: `queued`, `started`, `finished`, `failed` ...
    public var status: String
    public var url: String?
    public var enqueuedAt: String
    public var startedAt: String
    public var endedAt: String
    /// What the function returned, once it has.
    public var result: PickleValue?
    /// Why it failed, in one line.
    public var reason: String?
}
