import CLinux
import Foundation
import Reporting
import Synchronization
import Testing

@testable import Indexing

/// A pulse-supervisor of the built ones, with built workers.
final class ProductSupervisor: Sendable {
    let pid: pid_t
    let began = ContinuousClock.now
    let ending: Ending
    private let socket: String
    private let logPath: String
    private let status = Mutex<Int32?>(nil)

    init(folder: String, name: String, environment: [String: String]) throws {
        socket = folder + "/run/supervisor.sock"
        logPath = "\(folder)/\(name).log"
        _ = FileManager.default.createFile(atPath: logPath, contents: nil)
        let log = try #require(FileHandle(forWritingAtPath: logPath))
        let child = try SpawnedChild(
            [Program.supervisor.path], environment: environment.map { "\($0)=\($1)" }, errors: log.fileDescriptor)
        try log.close()
        pid = child.pid
        ending = Ending(of: pid)
        Thread.detach { [self] in
            let code = child.wait()
            status.withLock { $0 = code }
        }
    }

    var log: String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "" }
    var isRunning: Bool { status.withLock { $0 } == nil }

    func signal(_ number: Int32) { if isRunning { kill(pid, number) } }

    /// What `/status` says; nil while nobody answers.
    func document() async -> StatusDocument? {
        let request = HTTPRequest(
            method: .get, url: "http://pulse/status", deadline: .seconds(5), unixSocket: socket)
        guard let response = try? await HTTPClient().send(request) else { return nil }
        return try? JSONDecoder().decode(StatusDocument.self, from: Data(response.body))
    }

    func slot(_ name: String) async -> SlotStatus? { await document()?.slots.first { $0.slot == name } }

    /// The pids of the workers that run now, by slot.
    func workers() async -> [String: pid_t] {
        let slots = await document()?.slots ?? []
        return Dictionary(uniqueKeysWithValues: slots.compactMap { slot in slot.pid.map { (slot.slot, $0) } })
    }

    func untilHealthy() async throws {
        try await until("everything is healthy") {
            let document = await document()
            return document?.status == .healthy && document?.supervisor.state == "running"
        }
    }

    /// Its exit status, once it has ended.
    func exitCode() async throws -> Int32 {
        try await until("the supervisor ends") { !isRunning && ending.at != nil }
        return status.withLock { $0 } ?? -1
    }

    /// Looks until the condition holds; else the test fails, with the log.
    func until(_ what: String, _ condition: () async throws -> Bool) async throws {
        try await eventually(what, context: { "; the log:\n\(log)" }, condition)
    }
}
