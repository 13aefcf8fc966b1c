import Foundation
import Glibc
import Reporting
import Synchronization
import Testing

/// PULSE_ALERT_WEBHOOK: an address that hears of a change of health, by `pulsectl alert`.
@Suite struct `A webhook for changes of health` {
    private static let secret = "T0S3CRET"

    @Test func `is posted to until it takes it, and its address is shown nowhere`() async throws {
        let seen = Mutex<[String]>([])
        let count = Mutex(0)
        let receiver = try ScriptedService { _ in
            seen.withLock { $0 += Self.commandLines() }
            let number = count.withLock { count in
                count += 1
                return count
            }
            return number == 1 ? .json("{}", status: 503) : .json("ok")
        }
        let supervisor = try RunningSupervisor.alerting(webhook: "\(receiver.url)/\(Self.secret)?key=\(Self.secret)")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        try await supervisor.become(.degraded)
        try await supervisor.until("it is told") { supervisor.alerts("webhook", "told") == 1 }
        #expect(receiver.calls.map(\.path) == ["/\(Self.secret)", "/\(Self.secret)"])
        let call = try #require(receiver.calls.last)
        #expect(call.method == "POST" && call.headers["content-type"] == "application/json")
        let text = try #require(call.json["text"] as? String)
        #expect(
            text.contains(": degraded: qdrant connection refused; 1/1 workers waiting (was healthy); qdrant: start it"))
        #expect(call.json["content"] as? String == text)
        #expect(call.json["health"] as? String == "degraded" && call.json["previous"] as? String == "healthy")
        #expect((call.json["host"] as? String)?.isEmpty == false)
        #expect((call.json["status"] as? [String: Any])?["status"] as? String == "degraded")
        try await supervisor.untilLogged("alert: told \(receiver.url), at attempt 2")
        #expect(supervisor.logged(Self.secret) == 0)
        #expect(supervisor.get("/status")?.body.contains(Self.secret) == false)
        let lines = seen.withLock { $0 }
        #expect(lines.contains { $0.contains("pulsectl\0alert") })
        #expect(!lines.contains { $0.contains(Self.secret) })
    }

    @Test func `that refuses is not asked again, and the log says why`() async throws {
        let receiver = try ScriptedService { _ in
            ScriptedService.Answer(status: 404, type: "text/plain", body: Array("no_team".utf8))
        }
        let supervisor = try RunningSupervisor.alerting(webhook: "\(receiver.url)/\(Self.secret)")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        try await supervisor.become(.degraded)
        try await supervisor.until("it is counted") { supervisor.alerts("webhook", "failed") == 1 }
        #expect(supervisor.log.contains("\(receiver.url): HTTP 404: no_team: nobody is told"))
        #expect(supervisor.logged(Self.secret) == 0)
        try await supervisor.become(.healthy)
        try await supervisor.until("the next change too") { supervisor.alerts("webhook", "failed") == 2 }
        #expect(receiver.calls.map { $0.json["health"] as? String } == ["degraded", "healthy"])
    }

    @Test func `under a new address hears what the former one would not`() async throws {
        let former = try ScriptedService { _ in .json("{}", status: 404) }
        let receiver = try ScriptedService { _ in .json("ok") }
        let folder = RunningSupervisor.freshFolder()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "PULSE_ALERT_WEBHOOK=\(former.url)\n".write(
            toFile: folder + "/settings", atomically: true, encoding: .utf8)
        let supervisor = try RunningSupervisor.alerting(arguments: ["--env-file", folder + "/settings"], in: folder)
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        try await supervisor.become(.degraded)
        try await supervisor.until("it is refused") { supervisor.alerts("webhook", "failed") == 1 }
        try supervisor.write("settings", "PULSE_ALERT_WEBHOOK=\(receiver.url)\n")
        for _ in 0..<2 { #expect(try await supervisor.ended(try supervisor.order("/reload")).state == .done) }
        try await supervisor.until("it is told") { supervisor.alerts("webhook", "told") == 1 }
        #expect(receiver.calls.map { $0.json["health"] as? String } == ["degraded"])
    }

    @Test func `that is slow does not hold up the hook`() async throws {
        let turnstile = DispatchSemaphore(value: 0)
        let receiver = try ScriptedService { _ in
            turnstile.wait()
            turnstile.signal()
            return .json("ok")
        }
        let supervisor = try RunningSupervisor.alerting(
            hook: "echo $PULSE_HEALTH >> $TEST_FOLDER/told", webhook: receiver.url)
        defer { supervisor.remove() }
        defer { turnstile.signal() }
        _ = try await supervisor.untilReady()
        try await supervisor.become(.degraded)
        try await supervisor.until("the receiver is asked") { receiver.calls.count == 1 }
        try await supervisor.become(.healthy)
        try await supervisor.untilFile("told", lines: 2)
        turnstile.signal()
        try await supervisor.until("it hears the newest too") { supervisor.alerts("webhook", "told") == 2 }
    }

    private static func commandLines() -> [String] {
        Kernel.processes.compactMap { FileManager.default.contents(atPath: "/proc/\($0)/cmdline") }.map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}
