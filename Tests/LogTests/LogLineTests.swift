import Foundation
import ProcessLog
import Testing

@testable import ProcessLog

@Suite struct `Log lines` {
    private func line(_ text: String, _ priority: LogPriority = .info, pid: Int32? = nil) -> LogLine {
        LogLine(source: "worker.1", priority: priority, text: text, pid: pid, at: 1_770_091_506.789)
    }

    private func text(_ line: LogLine, _ format: LogFormat) -> String {
        String(decoding: line.bytes(format, time: WallClock.text(line.at)), as: UTF8.self)
    }

    @Test func `each format has its form`() throws {
        let warning = line("disk \"full\"", .warning, pid: 42)
        #expect(text(warning, .text) == "worker.1 warning: disk \"full\"\n")
        #expect(text(line("well"), .text) == "worker.1: well\n")
        #expect(text(warning, .relay) == "<4>disk \"full\"\n")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(text(warning, .json).utf8)) as? [String: Any])
        #expect(object["message"] as? String == "disk \"full\"")
        #expect(object["time"] as? String == "2026-02-03T04:05:06.789Z")
        #expect(object["level"] as? String == "warning" && object["pid"] as? Int == 42)
        #expect(
            Set(text(warning, .journal).split(separator: "\n")) == [
                "MESSAGE=disk \"full\"", "PRIORITY=4", "SYSLOG_IDENTIFIER=worker.1", "PULSE_SLOT=worker.1",
                "SYSLOG_PID=42", "PULSE_PID=42",
            ])
    }

    @Test(arguments: [LogFormat.text, .json, .journal, .relay])
    func `no text can forge a second line, or a field`(format: LogFormat) {
        let forged = line("a\nPRIORITY=0\nb\u{1B}[2J\u{2028}c\u{85}d")
        let lines = text(forged, format).split(separator: "\n")
        #expect(lines.count == (format == .journal ? 4 : 1))
        #expect(!text(forged, format).unicodeScalars.contains("\u{1B}"))
    }

    @Test func `a priority is taken off a line's beginning`() {
        #expect(LogPriority.split("<3>oh") == (.error, "oh"))
        #expect(LogPriority.split("<9>oh") == (nil, "<9>oh"))
        #expect(LogPriority.split("<3oh") == (nil, "<3oh"))
        #expect(LogPriority.split("<3>") == (.error, ""))
        #expect(LogPriority.split("") == (nil, ""))
    }

    @Test func `the format follows the surroundings unless it is set`() {
        #expect(LogFormat.choose(nil, isSupervised: false, isJournal: false) == .text)
        #expect(LogFormat.choose(nil, isSupervised: false, isJournal: true) == .journal)
        #expect(LogFormat.choose(.json, isSupervised: false, isJournal: true) == .json)
        #expect(LogFormat.choose(.json, isSupervised: true, isJournal: false) == .relay)
    }
}

@Suite struct `Output that never waits` {
    private func pipe() throws -> (read: Int32, write: Int32) {
        let pipe = Pipe()
        let ends = (dup(pipe.fileHandleForReading.fileDescriptor), dup(pipe.fileHandleForWriting.fileDescriptor))
        return ends
    }

    @Test func `a full pipe takes no more, and what waits goes out when there is room`() throws {
        let (read, write) = try pipe()
        defer {
            close(read)
            close(write)
        }
        var output = NonBlockingOutput(write, room: 100_000)
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 999) + [UInt8(ascii: "\n")]
        var taken = 0
        while output.write(line) { taken += 1 }
        // 64 KiB in the pipe and what may wait.
        #expect(taken > 150 && taken < 180)
        #expect(output.pendingDescriptor != nil)
        #expect(fcntl(write, F_GETFL) & O_NONBLOCK == 0)
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        var all = 0
        while output.pendingDescriptor != nil {
            all += unsafe Glibc.read(read, &bytes, bytes.count)
            output.flush()
        }
        _ = fcntl(read, F_SETFL, O_NONBLOCK)
        while case let count = unsafe Glibc.read(read, &bytes, bytes.count), count > 0 { all += count }
        #expect(all == taken * 1000, "whole lines, none of them torn")
    }

    @Test func `without room a line is written at once or not at all`() throws {
        let (read, write) = try pipe()
        defer {
            close(read)
            close(write)
        }
        var output = NonBlockingOutput(write, room: 0)
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 4095) + [UInt8(ascii: "\n")]
        var taken = 0
        while output.write(line) { taken += 1 }
        #expect(taken == 16)
        #expect(output.pendingDescriptor == nil)
    }
}
