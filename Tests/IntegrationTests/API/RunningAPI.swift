import Foundation
import Synchronization
import Testing

@testable import Indexing

/// A pulse-api of the built ones, listening for itself.
final class RunningAPI: Sendable {
    struct Answer: @unchecked Sendable {
        var status: Int
        var headers: HTTPHeaders
        var body: String
        var json: [String: Any]

        func text(_ name: String) -> String? { json[name] as? String }
    }

    static let secret = "0123456789abcdef0123456789abcdef"
    static let webhookSecret = "what firecrawl signs with"

    let pid: pid_t
    let url: String
    private let logPath: String
    private let ended = Mutex<Int32?>(nil)

    init(folder: String, environment: [String: String]) throws {
        let port = try RedisProcess.freePorts(1)[0]
        url = "http://127.0.0.1:\(port)"
        logPath = "\(folder)/api-\(port).log"
        _ = FileManager.default.createFile(atPath: logPath, contents: nil)
        let log = try #require(FileHandle(forWritingAtPath: logPath))
        let variables = [
            "PATH": "/usr/bin:/bin", "PULSE_API": "127.0.0.1:\(port)", "PULSE_RUNTIME_DIR": folder + "/run",
        ]
        let child = try SpawnedChild(
            [Program.api.path], environment: variables.merging(environment) { $1 }.map { "\($0)=\($1)" },
            errors: log.fileDescriptor)
        try log.close()
        pid = child.pid
        Thread.detach { [self] in
            let code = child.wait()
            ended.withLock { $0 = code }
        }
    }

    var log: String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "" }
    var exitCode: Int32? { ended.withLock { $0 } }

    func signal(_ number: Int32) { if exitCode == nil { kill(pid, number) } }

    func untilServing() async throws {
        try await eventually("the API serves", context: { "; the log:\n\(log)" }) {
            try #require(exitCode == nil, "it has ended:\n\(log)")
            return (try? await call(.get, "/livez").status) == 200
        }
    }

    /// Its exit status, once it has ended.
    func end() async throws -> Int32 {
        try await eventually("the API ends", context: { "; the log:\n\(log)" }) { exitCode != nil }
        return exitCode ?? -1
    }

    func call(
        _ method: HTTPRequest.Method, _ path: String, _ body: String = "", headers: [String] = []
    ) async throws -> Answer {
        let request = HTTPRequest(
            method: method, url: url + path, headers: headers, body: Array(body.utf8), deadline: .seconds(60))
        let response = try await HTTPClient().send(request)
        let json = (try? JSONSerialization.jsonObject(with: Data(response.body))) as? [String: Any]
        return Answer(
            status: response.status, headers: response.headers, body: String(decoding: response.body, as: UTF8.self),
            json: json ?? [:])
    }

    /// With the secret, as JSON.
    func post(_ path: String, _ body: String) async throws -> Answer {
        try await call(
            .post, path, body,
            headers: ["Content-Type: application/json", "Authorization: Bearer \(Self.secret)"])
    }

    func get(_ path: String) async throws -> Answer {
        try await call(.get, path, headers: ["Authorization: Bearer \(Self.secret)"])
    }

    /// As Firecrawl sends it.
    func webhook(_ body: String, signature: String? = nil) async throws -> Answer {
        let digits = HMACDigest.sha256(Array(body.utf8), Array(Self.webhookSecret.utf8))
        return try await call(
            .post, "/api/webhook/firecrawl", body,
            headers: ["Content-Type: application/json", "X-Firecrawl-Signature: \(signature ?? "sha256=" + digits)"])
    }
}

/// RFC 2104 over the SHA-256 that points' hashes are made with.
enum HMACDigest {
    static func sha256(_ message: [UInt8], _ key: [UInt8]) -> String {
        let block = key + [UInt8](repeating: 0, count: 64 - key.count)
        let inner = digest(block.map { $0 ^ 0x36 } + message)
        return digest(block.map { $0 ^ 0x5C } + inner).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    private static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = MessageDigest(.sha256)
        digest.update(bytes)
        return digest.bytes()
    }
}

/// An API with a Redis of its own, TEI and Qdrant scripted.
final class APIStack: Sendable {
    let server: QueueServer
    let python: QueuePython
    let services: ControlledServices
    private let folder: String
    private let running = Mutex<[RunningAPI]>([])

    static func with(
        durable: Bool = false, _ settings: [String: String] = [:],
        _ body: (APIStack, RunningAPI) async throws -> Void
    ) async throws {
        try await QueueServer.with(durable: durable) { server, python in
            let stack = try APIStack(server, python)
            defer { stack.remove() }
            let api = try stack.start(settings)
            try await api.untilServing()
            try await body(stack, api)
        }
    }

    private init(_ server: QueueServer, _ python: QueuePython) throws {
        (self.server, self.python) = (server, python)
        services = try ControlledServices()
        try services.start()
        folder = "/tmp/pa-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    func start(_ settings: [String: String] = [:]) throws -> RunningAPI {
        let environment = [
            "PULSE_REDIS_URL": "unix://" + server.socket, "PULSE_API_SECRET": RunningAPI.secret,
            "PULSE_WEBHOOK_SECRET": RunningAPI.webhookSecret,
            "PULSE_REPORT_INTERVAL": "200ms",
        ]
        let api = try RunningAPI(
            folder: folder, environment: environment.merging(services.environment) { $1 }.merging(settings) { $1 })
        running.withLock { $0.append(api) }
        return api
    }

    /// An indexer that fills the collection as a worker would.
    func indexer() -> Indexer {
        Indexer(
            Stack.settings(tei: services.teiService.url, qdrant: services.qdrantService.url),
            pack: DocumentChunker.lineByLine)
    }

    func waiting() async throws -> [String] { try await server.list("rq:queue:indexing") }

    private func remove() {
        for api in running.withLock({ $0 }) { api.signal(SIGKILL) }
        services.release()
        services.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
