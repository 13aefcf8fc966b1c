import Foundation
import Testing

@testable import JobQueue

/// Redis by TLS, with the server's certificate checked.
@Suite struct QueueTLSTests {
    private func with(
        _ certificate: String = "server", clients: String = "no",
        _ body: (TLSFiles, RedisProcess) async throws -> Void
    ) async throws {
        let folder = "/tmp/pt-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = try await TLSFiles(in: folder)
        let port = try RedisProcess.freePorts(1)[0]
        let server = RedisProcess(
            port: port,
            ["redis-server", "--save", "", "--dir", folder] + files.options(certificate, port: port, clients: clients))
        try server.start()
        try await eventually("it listens") { await cause("redis://127.0.0.1:\(port)") != .refused }
        try await body(files, server)
    }

    private func cause(_ text: String) async -> RedisError.Cause? {
        do {
            let connection = RedisConnection(url: try RedisURL(parsing: text), name: "probe", timeout: .seconds(3))
            try await connection.call(["PING"])
            return nil
        } catch {
            return (error as? RedisError)?.cause ?? .unexpectedReply("\(error)")
        }
    }

    private func isRefused(_ text: String, _ words: String) async -> Bool {
        let cause = await cause(text)
        guard case .encryption(let detail)? = cause, words.isEmpty || detail.contains(words) else {
            Issue.record("refused with another cause: \(String(describing: cause))")
            return false
        }
        return true
    }

    @Test func `a job goes through an encrypted connection, however large`() async throws {
        try await with { files, server in
            let url = try RedisURL(parsing: "rediss://localhost:\(server.port)/1?ca=\(files.certificate("authority"))")
            let producer = JobProducer(url: url)
            // Incompressible, so that it spans many of TLS's records.
            let text = String(decoding: (0..<2_000_000).map { _ in UInt8.random(in: 32...126) }, as: UTF8.self)
            let id = try await producer.enqueue(document: [
                .init("url", .string("https://example.com/")), .init("markdown", .string(text)),
            ])
            let queue = RedisQueue(configuration: QueueConfiguration(url: url, node: "test"))
            let claimed = try #require(
                try await queue.claim(upTo: 1, byteBudget: 1 << 30, waitMilliseconds: 1000).first)
            #expect(claimed.id == id)
            // Too large to come with the claim: fetched on a connection of its own, encrypted like the others.
            #expect(claimed.isUnread && claimed.large?.data == nil)
            let job = try await queue.open(claimed)
            guard case .success(.documents(let documents, _)) = await job.read() else { return #expect(Bool(false)) }
            // A failure must not print two megabytes.
            let isWhole = documents.first?.markdown == text
            #expect(isWhole)
            #expect(try await queue.finish(job, outcome: .success(.none)) == .recorded)
            try await queue.unregister()
        }
    }

    @Test func `a server is believed by its authority and its host only`() async throws {
        try await with { files, server in
            let url = "rediss://127.0.0.1:\(server.port)"
            let ca = files.certificate("authority")
            #expect(await cause("\(url)?ca=\(ca)") == nil)
            #expect(await cause("\(url)?ssl_ca_certs=\(ca)&ssl_cert_reqs=required") == nil)
            #expect(await cause("\(url)?verify=none") == nil)
            #expect(await isRefused(url, "certificate"), "not by the system's authorities")
            #expect(await isRefused("\(url)?ca=\(files.certificate("stranger"))", "certificate"))
            #expect(await isRefused("\(url)?ca=/nonexistent/ca.crt", "ca /nonexistent/ca.crt"))
        }
        try await with("elsewhere") { files, server in
            let url = "rediss://127.0.0.1:\(server.port)?ca=\(files.certificate("authority"))"
            #expect(await isRefused(url, "mismatch"))
            #expect(await isRefused(url.replacing("127.0.0.1", with: "localhost"), "mismatch"))
            #expect(await cause(url + "&ssl_check_hostname=false") == nil)
        }
    }

    @Test func `a server that asks for our certificate is shown it`() async throws {
        try await with(clients: "yes") { files, server in
            let url = "rediss://127.0.0.1:\(server.port)?ca=\(files.certificate("authority"))"
            #expect(await isRefused(url, "certificate required"))
            #expect(await cause("\(url)&cert=\(files.certificate("client"))&key=\(files.key("client"))") == nil)
            #expect(await isRefused("\(url)&cert=\(files.certificate("client"))&key=\(files.key("server"))", "key "))
        }
    }

    @Test func `TLS to a plain port and no TLS to an encrypted one are named`() async throws {
        try await QueueServer.with { plain, _ in
            let proxy = try RedisProxy(to: .unix(path: plain.socket))
            defer { proxy.close() }
            #expect(await isRefused("rediss://[::1]:\(proxy.port)", ""))
        }
        try await with { _, server in
            switch await cause("redis://127.0.0.1:\(server.port)") {
            case .hungUp, .notRedis: break
            case let cause: Issue.record("\(cause?.reason ?? "served")")
            }
        }
        let silent = try RawServer(nil)
        #expect(
            await cause("rediss://127.0.0.1:\(silent.port)")
                == .encryption("in the handshake: did not answer within 3 s"))
    }

    @Test func `sentinels and their master speak TLS alike`() async throws {
        try await with { files, server in
            let port = try RedisProcess.freePorts(1)[0]
            let file = files.folder + "/sentinel.conf"
            try "sentinel monitor m 127.0.0.1 \(server.port) 1\ntls-replication yes\n".write(
                toFile: file, atomically: true, encoding: .utf8)
            let sentinel = RedisProcess(
                port: port,
                ["redis-sentinel", file, "--dir", files.folder] + files.options("server", port: port))
            try sentinel.start()
            let url = "rediss+sentinel://127.0.0.1:\(port)/m?ca=\(files.certificate("authority"))"
            try await eventually("the master is found") { await cause(url) == nil }
        }
    }
}
