import Foundation
import Testing

@testable import JobQueue

/// One master, one replica and three sentinels that watch them, on ports of the loopback, in a folder of their own.
final class SentinelCluster: Sendable {
    let servers: [RedisProcess]
    let sentinels: [RedisProcess]
    let folder: String
    static let name = "pulse-test"

    /// How long a master must be silent before its sentinels agree that it is down.
    static let downAfter = 1000

    static func with(_ body: (SentinelCluster) async throws -> Void) async throws {
        let cluster = try SentinelCluster()
        defer { cluster.remove() }
        for server in cluster.servers { try server.start() }
        for sentinel in cluster.sentinels { try sentinel.start() }
        try await cluster.untilWatched()
        try await body(cluster)
    }

    private init() throws {
        folder = "/tmp/ps-\(UUID().uuidString.prefix(8))"
        let ports = try RedisProcess.freePorts(5)
        var servers: [RedisProcess] = []
        var sentinels: [RedisProcess] = []
        for (index, port) in ports.enumerated() {
            let own = "\(folder)/\(port)"
            try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
            if index < 2 {
                let options = [
                    "redis-server", "--port", "\(port)", "--bind", "127.0.0.1", "--dir", own, "--save", "",
                    "--repl-diskless-sync-delay", "0",
                ]
                let role = index == 0 ? [] : ["--replicaof", "127.0.0.1 \(ports[0])"]
                servers.append(RedisProcess(port: port, options + role))
            } else {
                let file = own + "/sentinel.conf"
                try Self.configuration(port: port, master: ports[0]).write(
                    toFile: file, atomically: true, encoding: .utf8)
                sentinels.append(RedisProcess(port: port, ["redis-sentinel", file, "--dir", own]))
            }
        }
        (self.servers, self.sentinels) = (servers, sentinels)
    }

    private static func configuration(port: Int, master: Int) -> String {
        """
        port \(port)
        bind 127.0.0.1
        sentinel monitor \(name) 127.0.0.1 \(master) 2
        sentinel down-after-milliseconds \(name) \(downAfter)
        sentinel failover-timeout \(name) 6000

        """
    }

    func url(database: Int = 0) -> RedisURL {
        let places = sentinels.map { RedisAddress.tcp(host: "127.0.0.1", port: $0.port) }
        return RedisURL(place: .sentinel(SentinelGroup(sentinels: places, master: Self.name)), database: database)
    }

    /// Each sentinel knows the two others and the replica, and the replica has what the master has.
    private func untilWatched() async throws {
        for sentinel in sentinels {
            try await eventually("the sentinel \(sentinel.port) knows the others") {
                let state = try? await sentinel.call("SENTINEL", "MASTER", Self.name)
                return Self.field("num-slaves", of: state) == "1" && Self.field("num-other-sentinels", of: state) == "2"
            }
        }
        try await untilFollowing(servers[1])
    }

    func untilFollowing(_ server: RedisProcess) async throws {
        // A sentinel that a busy machine has kept waiting for two seconds does nothing for thirty (TILT).
        try await eventually("\(server.port) is a replica in step", within: .seconds(90)) {
            (try? await server.call("INFO", "replication").text)?.contains("master_link_status:up") == true
        }
    }

    func isMaster(_ server: RedisProcess) async -> Bool {
        (try? await server.call("ROLE"))?.array?.first?.text == "master"
    }

    private static func field(_ name: String, of reply: RedisReply?) -> String? {
        let words = reply?.array?.map { $0.text ?? "" } ?? []
        return words.firstIndex(of: name).map { words[$0 + 1] }
    }

    private func remove() {
        for process in sentinels + servers { process.stop() }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
