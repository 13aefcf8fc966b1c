internal import FoundationEssentials

/// What RQ's tools tell a worker through its channel `rq:pubsub:<name>`.
public enum WorkerCommand: Equatable, Sendable {
    /// Stop gracefully.
    case shutdown
    case stopJob(id: String)
    /// RQ 3.
    case stopExecution(jobID: String, execution: String)
    /// End whatever runs.
    case killHorse

    private struct Message: Decodable {
        var command: String
        var job_id: String?
        var execution_id: String?
    }

    /// nil for what is no command, or one that a later RQ knows: as RQ, a worker ignores it.
    init?(_ payload: [UInt8]) {
        guard payload.count < 1 << 16,
            let message = try? JSONDecoder().decode(Message.self, from: Data(payload))
        else { return nil }
        switch (message.command, message.job_id, message.execution_id) {
        case ("shutdown", _, _): self = .shutdown
        case ("kill-horse", _, _): self = .killHorse
        case ("stop-job", let id?, _): self = .stopJob(id: id)
        case ("stop-execution", let id?, let execution?): self = .stopExecution(jobID: id, execution: execution)
        default: return nil
        }
    }
}

extension RedisQueue {
    private static let wait = Duration.seconds(5)

    /// Waits some seconds for the next command to this worker; nil when none came, or none that is known.
    public func nextCommand() async throws(RedisError) -> WorkerCommand? {
        let channel = "\(configuration.keyPrefix):pubsub:\(identity.name)"
        return try await listener.message(on: channel, within: Self.wait).flatMap { WorkerCommand($0) }
    }
}
