import Foundation
import JobQueue
import Testing

/// `pulsectl alert` by itself: what it takes, sends, and makes of the answer.
@Suite struct `The command that posts an alert` {
    private static let secret = "T0S3CRET"

    private func alert(_ variables: [String: String], input: String) async throws -> Program.Outcome {
        let file = "/tmp/alert-\(UUID().uuidString.prefix(8))"
        try input.write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        return try await Program.run(["/bin/sh", "-c", "exec \(Program.control.path) alert <\(file)"], variables)
    }

    private static let document = """
        {"schema":1,"version":"0","status":"unhealthy","summary":"unhealthy: <all> @down","supervisor":{"pid":1,"state":"running",
        "uptime_seconds":1,"operations":[],"notes":[]},"services":{},"workers":{"wanted":1,"ready":0,"waiting":0,"starting":0,
        "backoff":1,"draining":0,"failed":0},"slots":[{"slot":"web.1","program":"web","state":"ready","restarts":0,"text":"s3cret-words","deaths":[]}],"timestamp":1}
        """

    @Test func `what services say is no markup there, and nobody is called by it`() async throws {
        let receiver = try ScriptedService { _ in .json("ok") }
        let outcome = try await alert(["PULSE_ALERT_WEBHOOK": receiver.url], input: Self.document)
        #expect(outcome.status == 0 && outcome.text == "told \(receiver.url)\n", "\(outcome.text)")
        let text = try #require(receiver.calls.first?.json["text"] as? String)
        #expect(text.hasSuffix(": unhealthy: ‹all› ＠down"), "\(text)")
        let body = String(decoding: receiver.calls.first?.body ?? [], as: UTF8.self)
        #expect(
            body.contains("web.1") && !body.contains("s3cret-words"), "what processes say is for their own machine")
    }

    @Test func `a certificate that nobody vouches for is refused, and nothing is sent`() async throws {
        let folder = "/tmp/alert-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = try await TLSFiles(in: folder)
        let port = try RedisProcess.freePorts(1)[0]
        let https = RedisProcess(
            port: port,
            [
                "openssl", "s_server", "-quiet", "-www", "-accept", "127.0.0.1:\(port)", "-cert",
                files.certificate("server"), "-key", files.key("server"),
            ])
        try https.start()
        defer { https.stop() }
        try await eventually("it listens") {
            (try? await EndpointInspection(host: "127.0.0.1", port: port).connect(within: .seconds(1))) != nil
        }
        let url = "https://127.0.0.1:\(port)"
        let stranger = try await alert(["PULSE_ALERT_WEBHOOK": "\(url)/\(Self.secret)"], input: Self.document)
        #expect(stranger.status == 1 && stranger.text.contains("\(url): TLS failed: "), "\(stranger.text)")
        #expect(!stranger.text.contains(Self.secret))
    }

    @Test func `redirects are not followed`() async throws {
        let other = try ScriptedService { _ in .json("ok") }
        let receiver = try ScriptedService { _ in
            .json("{}", status: 307, headers: ["Location": other.url + "/\(Self.secret)"])
        }
        let outcome = try await alert(["PULSE_ALERT_WEBHOOK": receiver.url], input: Self.document)
        #expect(outcome.status == 1 && outcome.text.contains("redirects are not followed"), "\(outcome.text)")
        #expect(other.calls.isEmpty && !outcome.text.contains(Self.secret))
    }

    @Test func `who wants longer rest than there is time is left alone`() async throws {
        let receiver = try ScriptedService { _ in .json("{}", status: 429, headers: ["Retry-After": "3600"]) }
        let outcome = try await alert(["PULSE_ALERT_WEBHOOK": receiver.url], input: Self.document)
        #expect(
            outcome.status == 3 && outcome.text.contains("HTTP 429: nobody is told, after 1 attempt"), "\(outcome.text)"
        )
        #expect(receiver.calls.count == 1)
    }

    @Test(arguments: [
        ([:], document, "PULSE_ALERT_WEBHOOK is not set"),
        (["PULSE_ALERT_WEBHOOK": "ftp://\(secret)"], document, "its value is no http:// or https:// URL"),
        (["PULSE_ALERT_WEBHOOK": "http://127.0.0.1:1"], "nonsense", "stdin: no status document"),
    ])
    func `what cannot be used is refused`(variables: [String: String], input: String, words: String) async throws {
        let outcome = try await alert(variables, input: input)
        #expect(outcome.status == 1 && outcome.text.contains(words), "\(outcome.text)")
        #expect(!outcome.text.contains(Self.secret))
    }
}
