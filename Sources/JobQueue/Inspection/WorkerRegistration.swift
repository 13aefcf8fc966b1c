/// A worker as it is entered in RQ's lists, alive or not.
public struct WorkerRegistration: Sendable {
    public var name: String
    public var host = ""
    public var queues: [String] = []
    /// Seconds since 1970, when it was last heard of.
    public var lastHeartbeat: Double?
    /// RQ's word: starting, started, idle, busy, suspended.
    public var state = ""
    /// "3.11.2" of Python's, "Swift (...)" of ours.
    public var runtime = ""
    /// Ours have a key that goes seconds after they do; of Python's the entry itself ends after some minutes.
    public var isAlive: Bool

    public var isPython: Bool { !runtime.hasPrefix("Swift") }
}

extension JobRegistry {
    /// More than this many are not looked at.
    private static let mostWorkers = 2000

    /// All that are registered, by name, dead ones included.
    public func workers() async throws(RedisError) -> [WorkerRegistration] {
        let prefix = "\(keyPrefix):worker:"
        let own = QueueConfiguration.ownPrefix(beside: keyPrefix)
        let members = try await read([["SMEMBERS", "\(keyPrefix):workers"], ["SMEMBERS", "\(own):workers"]])
        let listed = (members[0].array ?? []).compactMap(\.text).filter { $0.hasPrefix(prefix) }
            .map { String($0.dropFirst(prefix.count)) }
        let ours = Set((members[1].array ?? []).compactMap(\.text))
        let names = Set(listed).union(ours).sorted().prefix(Self.mostWorkers)
        let replies = try await read(
            names.flatMap { name -> [RedisCommand] in
                [
                    ["HMGET", "\(prefix)\(name)", "hostname", "queues", "last_heartbeat", "python_version", "state"],
                    ["EXISTS", "\(own):alive:\(name)"],
                ]
            })
        return names.enumerated().map { index, name in
            let fields = (replies[2 * index].array ?? []).map { $0.text ?? "" }
            var worker = WorkerRegistration(name: name, isAlive: fields.contains { !$0.isEmpty })
            if fields.count == 5 {
                (worker.host, worker.runtime, worker.state) = (fields[0], fields[3], fields[4])
                worker.queues = fields[1].split(separator: ",").map(String.init)
                worker.lastHeartbeat = Timestamp.seconds(of: fields[2])
            }
            if ours.contains(name) {
                worker.isAlive = replies[2 * index + 1].integer == 1
                if worker.runtime.isEmpty { worker.runtime = "Swift" }
            }
            return worker
        }
    }
}
