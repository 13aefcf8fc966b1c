import Foundation
import Reporting
import Testing

/// F78, F79: what processes print, and who does not read it.
@Suite struct `Faults: output` {
    /// The lines that a slot has printed lately, as the socket tells them.
    private func records(_ supervisor: RunningSupervisor, _ query: String = "lines=100000") throws -> [LogRecord] {
        let body = try #require(supervisor.get("/logs?\(query)")?.body)
        // Chunked: lines of JSON among lines with lengths.
        return body.split(whereSeparator: \.isNewline).compactMap {
            try? JSONDecoder().decode(LogRecord.self, from: Data($0.utf8))
        }
    }

    @Test func `lines are told apart by their slot, with the priority that they carry`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "print=to_stdout complain=to_stderr print=<4>a_warning print=<3>an_error ready wait",
            environment: ["PULSE_WORKERS": "2"])
        defer { supervisor.remove() }
        try await supervisor.untilAllReady(2)
        for slot in ["worker.1", "worker.2"] {
            #expect(supervisor.log.contains("\(slot): to_stdout\n"))
            #expect(supervisor.log.contains("\(slot): to_stderr\n"))
            #expect(supervisor.log.contains("\(slot) warning: a_warning\n"))
            #expect(supervisor.log.contains("\(slot) error: an_error\n"))
        }
        let lines = try records(supervisor, "slot=worker.2")
        #expect(lines.map(\.message) == ["to_stdout", "to_stderr", "a_warning", "an_error"])
        #expect(lines.map(\.level) == ["info", "info", "warning", "error"])
        #expect(try records(supervisor, "slot=worker.2&lines=1").map(\.message) == ["an_error"])
    }

    @Test func `as JSON each line is an object of its own`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "print=a\"quote\\and\ttab ready wait", environment: ["PULSE_LOG_FORMAT": "json"])
        defer { supervisor.remove() }
        let pid = try await supervisor.untilReady()
        for line in supervisor.log.split(separator: "\n") {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(object["source"] != nil && object["level"] != nil)
            #expect((object["time"] as? String)?.hasSuffix("Z") == true)
        }
        let printed = try #require(supervisor.log.split(separator: "\n").first { $0.contains("quote") })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(printed.utf8)) as? [String: Any])
        #expect(object["message"] as? String == "a\"quote\\and\ttab")
        #expect(object["pid"] as? Int == Int(pid))
    }

    @Test func `F78 64 MB without an end of line: cut, passed on, and not kept`() async throws {
        // A sanitizer looks at every byte of it.
        let megabytes = Sanitizer.isOn ? 2 : 64
        let supervisor = try RunningSupervisor(
            plan: "flood=\(megabytes) touch=done ready wait", errors: FileHandle(forWritingAtPath: "/dev/null"))
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        #expect(supervisor.file("done") != nil)
        let resident = Int(Kernel.stat(supervisor.pid).dropFirst(21).first ?? "") ?? 0
        #expect(Sanitizer.isOn || resident * 4096 < 64 << 20)
        let kept = try records(supervisor).map(\.message)
        #expect(kept.allSatisfy { $0.utf8.count <= 8192 })
        #expect(kept.reduce(0) { $0 + $1.utf8.count } <= 32 * 1024)
    }

    @Test func `F78 invalid bytes are mended, and a last line without an end is told at the death`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready wait",
            plans: ["worker.1.1": "hex=61ff62001b5b33316d630d0a part=the_end ready wait=go exit=3"])
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        try supervisor.write("go", "")
        _ = try await supervisor.untilReplaced(first)
        #expect(try supervisor.slot("worker.1")?.deaths.last?.lastLines == ["a\u{FFFD}b  [31mc", "the_end"])
        #expect(!supervisor.log.utf8.contains(0x1B), "nothing that a terminal would obey")
    }

    @Test func `F79 a log that nobody reads holds up nobody; what is lost is counted and told`() async throws {
        let pipe = Pipe()
        let supervisor = try RunningSupervisor(
            plan: "ready wait=go lines=40000 touch=done wait", errors: pipe.fileHandleForWriting)
        defer { supervisor.remove() }
        try pipe.fileHandleForWriting.close()
        let worker = try await supervisor.untilReady()
        try supervisor.write("go", "")
        // A pipe takes 64 KiB, we keep 256 KiB more; this is 800 KB.
        try await supervisor.untilFile("done")
        try await supervisor.until("lines are dropped") {
            supervisor.metric("pulse_log_lines_dropped_total") ?? 0 > 1000
        }
        #expect(supervisor.get("/livez")?.status == 200)
        #expect(try supervisor.slot("worker.1")?.pid == worker)
        // Once somebody reads again, they learn how many lines are missing.
        let reader = PipeReader(pipe.fileHandleForReading)
        kill(worker, SIGKILL)
        _ = try await supervisor.untilReplaced(worker)
        try await supervisor.until("it says so") { reader.text.contains("lines were not written: there was no room") }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full"))
    func `F79 a full disk under the log harms nobody`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "lines=1000 ready wait", errors: FileHandle(forWritingAtPath: "/dev/full"))
        defer { supervisor.remove() }
        let worker = try await supervisor.untilReady()
        #expect(supervisor.metric("pulse_log_lines_dropped_total") ?? 0 > 1000)
        kill(worker, SIGKILL)
        _ = try await supervisor.untilReplaced(worker)
    }

    @Test func `F79 our own descriptor's flags are nobody else's business`() async throws {
        let pipe = Pipe()
        let supervisor = try RunningSupervisor(plan: "ready wait", errors: pipe.fileHandleForWriting)
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        #expect(fcntl(pipe.fileHandleForWriting.fileDescriptor, F_GETFL) & O_NONBLOCK == 0)
    }

    @Test func `logs are followed as they are printed`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "print=before ready wait=go print=after wait=read print=the_end wait")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        let script = """
            curl -sN --unix-socket "$0" 'http://pulse/logs?follow=1&slot=worker.1' |
                { read -r first; touch "$1/go"; read -r second; touch "$1/read"; echo "$first$second"; }
            """
        let reader = ["/usr/bin/timeout", "30", "/bin/sh", "-c", script, supervisor.runtime + "/supervisor.sock"]
        // The first line is of the past; once it is read, the child prints the next, and a last one that ends curl.
        let text = try await Program.run(reader + [supervisor.folder], ["PATH": "/usr/bin:/bin"]).text
        #expect(text.contains("before") && text.contains("after"), "\(text)")
    }
}

/// Reads a pipe on a thread of its own and keeps what comes.
final class PipeReader: @unchecked Sendable {
    private let lock = NSLock()
    private var bytes = Data()

    var text: String { lock.withLock { String(decoding: bytes, as: UTF8.self) } }

    init(_ handle: FileHandle) {
        Thread.detach { [self] in
            while case let piece = handle.availableData, !piece.isEmpty { lock.withLock { bytes += piece } }
        }
    }
}
