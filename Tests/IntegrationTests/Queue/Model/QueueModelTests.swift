import Foundation
import Testing

@testable import JobQueue

/// Random histories, done to the model and to the scripts on a real Redis, must come to the same.
///
/// `PULSE_MODEL_SEED=N` replays one; `PULSE_MODEL_HISTORIES=N` runs more of them.
@Suite struct QueueModelTests {
    private static let environment = ProcessInfo.processInfo.environment

    @Test func `histories of the model and of the real queue agree`() async throws {
        let only = Self.environment["PULSE_MODEL_SEED"].flatMap { UInt64($0) }
        let count = UInt64(Self.environment["PULSE_MODEL_HISTORIES"] ?? "") ?? 40
        let base = only ?? UInt64.random(in: 0..<(1 << 40))
        try await QueueServer.with { server, _ in
            let connection = RedisConnection(url: server.url, name: "model", timeout: .seconds(5))
            for seed in base..<(base + (only == nil ? count : 1)) {
                let history = [QueueOperation].random(seed: seed, count: 80)
                guard let complaint = try await QueueReplay(server, connection).run(history) else { continue }
                let shrunk = try await history.shrunk { try await QueueReplay(server, connection).run($0) != nil }
                let reason = try await QueueReplay(server, connection).run(shrunk) ?? complaint
                let steps = shrunk.map { "  \($0)" }.joined(separator: "\n")
                Issue.record("PULSE_MODEL_SEED=\(seed): \(reason)\n\(steps)")
                break
            }
            await connection.close()
        }
    }
}
