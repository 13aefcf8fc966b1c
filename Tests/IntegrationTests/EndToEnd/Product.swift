import Foundation
import Synchronization
import Testing

@testable import JobQueue

/// The whole product in a folder of its own: Redis and the programs are real, TEI and Qdrant scripted.
final class Product: Sendable {
    let folder: String
    let server: QueueServer
    let python: QueuePython
    let services: ControlledServices
    private let redis: RedisConnection
    private let supervisors = Mutex<[ProductSupervisor]>([])

    /// Runs the body with an installation whose services serve, and leaves nothing of it behind.
    static func with(
        durable: Bool = false, tei: FakeTEI.Settings = .init(), qdrant: FakeQdrant.State = .init(version: "1.19.0"),
        _ body: (Product) async throws -> Void
    ) async throws {
        await Turns.shared.take()
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(
                try await QueueServer.with(durable: durable) { server, python in
                    let product = try Product(server, python, ControlledServices(tei: tei, qdrant: qdrant))
                    try await product.run(body)
                })
        } catch {
            outcome = .failure(error)
        }
        await Turns.shared.give()
        try outcome.get()
    }

    private func run(_ body: (Product) async throws -> Void) async throws {
        let outcome: Result<Void, any Error>
        do {
            try services.start()
            outcome = .success(try await body(self))
        } catch {
            outcome = .failure(error)
        }
        await remove()
        try outcome.get()
    }

    private init(_ server: QueueServer, _ python: QueuePython, _ services: ControlledServices) throws {
        (self.server, self.python, self.services) = (server, python, services)
        folder = "/tmp/pe-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        redis = RedisConnection(url: server.url, name: "product", timeout: .seconds(15))
    }

    /// What the programs are given; nothing of the tests' own environment.
    func environment(_ changes: [String: String] = [:]) -> [String: String] {
        [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "PULSE_RUNTIME_DIR": folder + "/run",
            "PULSE_REDIS_URL": "unix://" + server.socket, "PULSE_WORKERS": "1", "PULSE_STOP_TIMEOUT": "10s",
        ].merging(services.environment) { $1 }.merging(changes) { $1 }
    }

    func start(_ changes: [String: String] = [:]) throws -> ProductSupervisor {
        let name = "supervisor-\(supervisors.withLock { $0.count })"
        let supervisor = try ProductSupervisor(folder: folder, name: name, environment: environment(changes))
        supervisors.withLock { $0.append(supervisor) }
        return supervisor
    }

    func pulsectl(_ arguments: String..., with changes: [String: String] = [:]) async throws -> Program.Outcome {
        try await Program.run([Program.control.path] + arguments, environment(changes))
    }

    // MARK: Jobs

    /// Enqueues documents of one chunk each; their ids, in order.
    func enqueue(_ numbers: Range<Int>) async throws -> [String] {
        let producer = JobProducer(url: server.url)
        var ids: [String] = []
        for number in numbers {
            ids.append(
                try await producer.enqueue(document: [
                    .init("url", .string("https://example.com/\(number)")),
                    .init("markdown", .string("# Document \(number)\n\nIts text.\n")),
                ]))
        }
        await producer.close()
        return ids
    }

    /// One command on a connection that is kept.
    func call(_ words: String...) async throws -> RedisReply {
        let command = RedisCommand(words.map { .text($0) })
        // The first attempt is how an idle connection learns that Redis was restarted meanwhile.
        if let reply = try? await redis.call(command) { return reply }
        return try await redis.call(command)
    }

    func waiting() async throws -> [String] {
        try await call("LRANGE", "rq:queue:indexing", "0", "-1").array?.compactMap(\.text) ?? []
    }

    /// Status and worker of each job.
    func states(_ ids: [String]) async throws -> [(status: String, worker: String)] {
        var states: [(String, String)] = []
        for id in ids {
            let fields = try await call("HMGET", "rq:job:\(id)", "status", "worker_name").array?.map { $0.text ?? "" }
            states.append((fields?.first ?? "", fields?.last ?? ""))
        }
        return states
    }

    func count(_ ids: [String], _ status: String) async throws -> Int {
        try await states(ids).count { $0.status == status }
    }

    /// Waits until all are finished, and fails as soon as one has failed.
    func untilFinished(_ ids: [String], by supervisor: ProductSupervisor) async throws {
        try await supervisor.until("all \(ids.count) jobs are finished") {
            let states = try await states(ids).map(\.status)
            try #require(!states.contains("failed"), "a job failed:\n\(supervisor.log)")
            return states.allSatisfy { $0 == "finished" }
        }
    }

    // MARK: The end

    /// Processes that were started with this installation's runtime directory and still live.
    func processes() -> [pid_t] {
        let pids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) } ?? []
        return pids.filter { pid in
            guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/environ") else { return false }
            return bytes.range(of: Data((folder + "/run").utf8)) != nil
        }
    }

    private func remove() async {
        services.release()
        for supervisor in supervisors.withLock({ $0 }) {
            supervisor.signal(SIGKILL)
            _ = try? await supervisor.exitCode()
        }
        for pid in processes() { kill(pid, SIGKILL) }
        await redis.close()
        services.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }
}

/// So many installations at once as a small machine carries without being slow for all of them.
actor Turns {
    static let shared = Turns()
    private var free = 4
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func take() async {
        if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
    }

    func give() { if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() } }
}

/// The built programs with Redis, python-rq, TEI and Qdrant around them.
@Suite struct EndToEnd {}
