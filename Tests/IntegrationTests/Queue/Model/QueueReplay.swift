@testable import JobQueue

/// Does a history to the model and to a real Redis, and compares them after every step.
final class QueueReplay {
    private let server: QueueServer
    private let connection: RedisConnection
    private var model = QueueModel()
    /// Who has each slot now, and its number in the model.
    private var slots: [(queue: RedisQueue, worker: Int)] = []
    /// Every claim ever made: by whom, of what, and its number in the model.
    private var claims: [(worker: Int, queue: RedisQueue, job: ClaimedJob, id: Int, execution: Int)] = []
    private var executions: [String: Int] = [:]
    private var lastID = 0

    init(_ server: QueueServer, _ connection: RedisConnection) { (self.server, self.connection) = (server, connection) }

    /// What differs, after which step; nil = nothing.
    func run(_ history: [QueueOperation]) async throws -> String? {
        try await connection.call(["FLUSHALL"])
        for slot in 0..<3 { slots.append(try await fresh(slot)) }
        var complaint: String?
        for (index, operation) in history.enumerated() where complaint == nil {
            let answer = try await perform(operation)
            let difference = try await difference()
            complaint = (answer ?? difference).map { "after step \(index), \(operation): \($0)" }
        }
        for slot in slots { try await slot.queue.unregister() }
        return complaint
    }

    private func fresh(_ slot: Int) async throws -> (queue: RedisQueue, worker: Int) {
        let queue = server.queue(slot: "worker.\(slot)")
        try await queue.register()
        return (queue, model.hire())
    }

    /// nil when both sides answered the same.
    private func perform(_ operation: QueueOperation) async throws -> String? {
        switch operation {
        case .enqueue(let retries, let front):
            lastID += 1
            try await connection.call([
                "HSET", "rq:job:\(lastID)", "data", "x", "status", "queued", "origin", "indexing", "retries_left",
                "\(retries)",
            ])
            try await connection.call([front ? "LPUSH" : "RPUSH", "rq:queue:indexing", "\(lastID)"])
            model.enqueue(lastID, retries: retries, front: front)
        case .claim(let slot, let count):
            let (queue, worker) = slots[slot]
            let jobs = try await queue.claim(upTo: count, byteBudget: 1 << 20, waitMilliseconds: 0)
            let expected = model.claim(worker, upTo: count)
            guard jobs.map(\.id) == expected.map({ "\($0.job)" }) else {
                return "claimed \(jobs.map(\.id)), expected \(expected.map(\.job))"
            }
            for (job, (id, execution)) in zip(jobs, expected) {
                executions[job.execution] = execution
                claims.append((worker, queue, job, id, execution))
            }
        case .begin(let number):
            guard let claim = claim(number) else { return nil }
            let document = "document \(QueueModel.document(of: claim.id))"
            let answer = try await claim.queue.begin([(claim.job, [document])]).first
            let expected = model.begin(claim.worker, claim.id, claim.execution)
            guard let answer, "\(answer)" == expected else {
                return "begin said \(answer.map { "\($0)" } ?? "nothing"), expected \(expected)"
            }
        case .finish(let number, let outcome):
            guard let claim = claim(number) else { return nil }
            let ending: JobOutcome =
                switch outcome {
                case "finished": .success(.none)
                case "failed": .failure("no", mayRetry: true)
                default: .stopped("no")
                }
            let answer = try await claim.queue.finish(claim.job, outcome: ending)
            let expected = model.finish(claim.worker, claim.id, claim.execution, outcome)
            if !"\(answer)".hasPrefix(expected) { return "finish said \(answer), expected \(expected)" }
        case .giveBack(let number):
            guard let claim = claim(number) else { return nil }
            _ = try await claim.queue.giveBack([claim.job])
            model.giveBack(claim.worker, claim.id, claim.execution)
        case .crash(let slot):
            let (dead, worker) = slots[slot]
            slots[slot] = try await fresh(slot)
            _ = try await slots[slot].queue.reclaim(
                predecessor: dead.identity.name, how: .vanished("killed by SIGKILL"))
            model.reclaim(worker, isCounted: true)
        case .stopping(let slot):
            try await slots[slot].queue.stopClaiming()
            model.workers[slots[slot].worker].isStopping = true
        case .goodbye(let slot):
            let (leaving, worker) = slots[slot]
            try await leaving.unregister()
            model.reclaim(worker, isCounted: false)
            slots[slot] = try await fresh(slot)
        case .cancel(let number):
            try await byHand(number) { id in
                [["HSET", "rq:job:\(id)", "status", "canceled"]]
            } model: {
                $0.cancel($1)
            }
        case .delete(let number):
            try await byHand(number) { id in
                [["DEL", "rq:job:\(id)", "rq:results:\(id)"]]
            } model: {
                $0.delete($1)
            }
        case .requeue(let number):
            guard let id = Self.pick(number, of: model.requeueable) else { return nil }
            try await connection.call(["ZREM", "rq:failed:indexing", "\(id)"])
            try await connection.call(["HSET", "rq:job:\(id)", "status", "queued"])
            try await connection.call(["RPUSH", "rq:queue:indexing", "\(id)"])
            model.requeue(id)
        case .suspend(let isOn):
            try await connection.call(isOn ? ["SET", "rq:suspended", "1"] : ["DEL", "rq:suspended"])
            model.isSuspended = isOn
        }
        return nil
    }

    private func claim(_ number: Int) -> (worker: Int, queue: RedisQueue, job: ClaimedJob, id: Int, execution: Int)? {
        claims.isEmpty ? nil : claims[number % claims.count]
    }

    private static func pick(_ number: Int, of ids: [Int]) -> Int? { ids.isEmpty ? nil : ids[number % ids.count] }

    /// What RQ does to a job that exists, whoever has it: its registries forget it too.
    private func byHand(
        _ number: Int, _ commands: (Int) -> [RedisCommand], model change: (inout QueueModel, Int) -> Void
    ) async throws {
        guard let id = Self.pick(number, of: model.jobs.keys.sorted()) else { return }
        for command in commands(id) { try await connection.call(command) }
        try await connection.call(["LREM", "rq:queue:indexing", "0", "\(id)"])
        for registry in ["failed", "finished"] {
            try await connection.call(["ZREM", "rq:\(registry):indexing", "\(id)"])
        }
        change(&model, id)
    }

    private func difference() async throws -> String? {
        func ids(_ command: RedisCommand) async throws -> [String] {
            try await connection.call(command).array?.compactMap(\.text) ?? []
        }
        let queue = try await ids(["LRANGE", "rq:queue:indexing", "0", "-1"])
        if queue != model.queue.map({ "\($0)" }) { return "queue \(queue), expected \(model.queue)" }
        let started = try await ids(["ZRANGE", "rq:wip:indexing", "0", "-1"]).map { member in
            let parts = member.split(separator: ":").map(String.init)
            return [Int(parts[0]) ?? 0, executions[parts[1]] ?? 0]
        }
        if Set(started) != model.started { return "started \(started), expected \(model.started)" }
        for (name, status) in [("failed", ["failed", "stopped"]), ("finished", ["finished"])] {
            let found = Set(try await ids(["ZRANGE", "rq:\(name):indexing", "0", "-1"]))
            let expected = Set(model.jobs.filter { status.contains($0.value.status) }.map { "\($0.key)" })
            if found != expected { return "\(name) \(found), expected \(expected)" }
        }
        for (id, job) in model.jobs.sorted(by: { $0.key < $1.key }) {
            let fields = try await connection.call(["HMGET", "rq:job:\(id)", "status", "pulse_crashes", "retries_left"])
            let found = fields.array?.map { $0.text ?? "0" } ?? []
            let expected = [job.status, "\(job.crashes)", "\(job.retries)"]
            if found != expected { return "job \(id) is \(found), expected \(expected)" }
        }
        return nil
    }
}
