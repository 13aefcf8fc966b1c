import Foundation
import Testing

@testable import JobQueue

/// A redis-server of the test's own, on a Unix socket in a directory of its own.
final class QueueServer: @unchecked Sendable {
    let directory: URL
    private var child: SpawnedChild?
    private var leash: FileHandle?
    private let password: String?
    private let durable: Bool
    private let options: [String]

    var socket: String { directory.appendingPathComponent("r.sock").path }
    var url: RedisURL { RedisURL(place: .unix(path: socket), password: password) }

    /// Runs the body with a fresh server and its Python, and takes both away again.
    static func with(
        password: String? = nil, durable: Bool = false, options: [String] = [],
        _ body: (QueueServer, QueuePython) async throws -> Void
    ) async throws {
        let server = try QueueServer(password: password, durable: durable, options: options)
        defer { server.remove() }
        try await server.start()
        try await body(server, try QueuePython(server: server))
    }

    private init(password: String?, durable: Bool, options: [String]) throws {
        self.password = password
        self.options = options
        self.durable = durable
        directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "pq-\(getpid())-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    func start(_ more: [String] = []) async throws {
        try launch(more)
        try await eventually("redis-server answers") {
            let connection = RedisConnection(url: self.url, name: "probe", timeout: .seconds(1))
            defer { Task { await connection.close() } }
            return (try? await connection.call(["PING"])) == .status("PONG")
        }
    }

    /// Starts it and does not wait until it serves.
    func launch(_ more: [String] = []) throws {
        // The shell ends the server when told to, and also when this process dies: its end of the pipe is then closed.
        let (input, leash) = try SpawnedChild.pipe()
        let command = #"redis-server "$@" & server=$!; read -r _; kill -9 $server; wait $server 2>/dev/null; exit 0"#
        let options =
            ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", directory.path, "--appendfsync", "always"]
            + ["--appendonly", durable ? "yes" : "no"] + (password.map { ["--requirepass", $0] } ?? [])
            + options + more
        child = try SpawnedChild(["/bin/sh", "-c", command, "redis"] + options, input: input.fileDescriptor)
        try input.close()
        self.leash = leash
    }

    func stop() {
        guard let leash, let child else { return }
        (self.leash, self.child) = (nil, nil)
        leash.write(Data("end\n".utf8))
        try? leash.close()
        _ = child.wait()
    }

    private func remove() {
        stop()
        try? FileManager.default.removeItem(at: directory)
    }

    /// One command of the test's own.
    @discardableResult
    func redis(_ words: String...) async throws -> RedisReply {
        let connection = RedisConnection(url: url, name: "test", timeout: .seconds(5))
        let reply = try await connection.call(RedisCommand(words.map { .text($0) }))
        await connection.close()
        return reply
    }

    func list(_ key: String) async throws -> [String] {
        try await redis("LRANGE", key, "0", "-1").array?.compactMap(\.text) ?? []
    }

    func queue(slot: String = "worker.1", _ change: (inout QueueConfiguration) -> Void = { _ in }) -> RedisQueue {
        var configuration = QueueConfiguration(url: url, slot: slot, node: "test")
        configuration.expiryPatience = .zero
        change(&configuration)
        return RedisQueue(configuration: configuration)
    }
}
