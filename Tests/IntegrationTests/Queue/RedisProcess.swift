import Foundation
import Testing

@testable import JobQueue

/// A redis-server or redis-sentinel of the test's own on a port of the loopback. Killed with the test, also with a test
/// that is killed itself.
final class RedisProcess: @unchecked Sendable {
    let port: Int
    private let command: [String]
    private var child: SpawnedChild?
    private var leash: FileHandle?

    init(port: Int, _ command: [String]) {
        self.port = port
        self.command = command
    }

    deinit { stop() }

    var address: String { "127.0.0.1:\(port)" }
    var url: RedisURL { RedisURL(place: .tcp(host: "127.0.0.1", port: port)) }

    func start() throws {
        let (input, leash) = try SpawnedChild.pipe()
        let shell = #""$@" & server=$!; read -r _; kill -9 $server; wait $server 2>/dev/null; exit 0"#
        child = try SpawnedChild(["/bin/sh", "-c", shell, "redis"] + command, input: input.fileDescriptor)
        try input.close()
        self.leash = leash
    }

    /// SIGKILL, and its end.
    func stop() {
        guard let leash, let child else { return }
        (self.leash, self.child) = (nil, nil)
        try? leash.close()
        _ = child.wait()
    }

    @discardableResult
    func call(_ words: String...) async throws -> RedisReply {
        let connection = RedisConnection(url: url, name: "test", timeout: .seconds(2))
        return try await connection.call(RedisCommand(words.map { .text($0) }))
    }

    /// Ports of the loopback that are free, below those that the kernel hands out.
    static func freePorts(_ count: Int) throws -> [Int] {
        var found: Set<Int> = []
        for _ in 0..<10_000 where found.count < count {
            let port = Int.random(in: 20_000..<32_000)
            guard !found.contains(port) else { continue }
            let end = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(end) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            address.sin_port = UInt16(port).bigEndian
            let bound = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(end, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if bound == 0 { found.insert(port) }
        }
        try #require(found.count == count, "no \(count) free ports")
        return Array(found)
    }
}
