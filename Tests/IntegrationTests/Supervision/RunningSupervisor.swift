import CLinux
import Foundation
import Reporting
import Testing

/// The built supervisor as a process, in a folder of its own.
final class RunningSupervisor {
    let folder: String
    let process = Process()
    var runtime: String { folder + "/run" }
    var pid: Int32 { process.processIdentifier }

    /// - Parameters:
    ///   - worker: a Python program; `speak(text)` sends it to NOTIFY_SOCKET.
    ///   - plan: words for the misbehaving child, which then is the worker; `plans` for single slots and lives
    ///     ("worker.2", "worker.1.3").
    ///   - launcher: a command that becomes the supervisor, such as `env --block-signal=TERM`.
    init(
        worker: String? = nil, plan: String? = nil, plans: [String: String] = [:], procfile: String? = nil,
        environment: [String: String] = [:], arguments: [String] = [], launcher: [String] = [],
        errors: FileHandle? = nil, input: FileHandle? = nil, unset: [String] = [], in folder: String? = nil
    ) throws {
        self.folder = folder ?? Self.freshFolder()
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        var all = arguments
        if let plan {
            try write("plan", plan)
            for (name, words) in plans { try write("plan.\(name)", words) }
            all += ["--worker", Self.child]
        }
        if let worker {
            let path = self.folder + "/worker.py"
            try (Self.prelude + worker + "\n").write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            all += ["--worker", path]
        }
        if let procfile {
            try procfile.write(toFile: self.folder + "/Procfile", atomically: true, encoding: .utf8)
            all += ["--procfile", self.folder + "/Procfile"]
        }
        var variables = ["PATH": "/usr/bin:/bin", "PULSE_RUNTIME_DIR": runtime, "TEST_FOLDER": self.folder]
        // A debug build's backtrace of a crash that a test asked for would keep both cores for half a minute.
        variables["SWIFT_BACKTRACE"] = "enable=no"
        // Most children say READY=1 and no more; a machine that is slow for half a minute must not make them hung.
        variables["PULSE_WATCHDOG"] = "1h"
        variables["PULSE_WORKERS"] = worker == nil && plan == nil ? "0" : "1"
        let command = launcher + [Program.supervisor.path] + all
        process.executableURL = URL(filePath: command[0])
        for name in unset { variables[name] = nil }
        process.environment = variables.merging(environment) { _, new in new }
        process.arguments = Array(command.dropFirst())
        _ = FileManager.default.createFile(atPath: logPath, contents: nil)
        process.standardError = errors ?? FileHandle(forWritingAtPath: logPath)
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = input ?? FileHandle.nullDevice
        try process.run()
    }

    private static let prelude = """
        #!/usr/bin/python3
        import os, signal, socket, sys, time
        end = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        def speak(text): end.sendto(text.encode(), os.environ["NOTIFY_SOCKET"])
        folder = os.environ["TEST_FOLDER"]
        def leave(*_): sys.exit(0)
        signal.signal(signal.SIGTERM, leave)

        """

    /// Says READY=1 and waits to be told to leave.
    static let plainWorker = "speak('READY=1')\nwhile True: signal.pause()"

    private var logPath: String { folder + "/log-\(ObjectIdentifier(self).hashValue)" }
    var log: String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "" }

    static func freshFolder() -> String { "/tmp/pst-\(UUID().uuidString.prefix(8))" }

    /// The child that does what its plan says.
    static let child = Program.misbehavingChild.path

    func write(_ name: String, _ text: String) throws {
        try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }

    func signal(_ signal: Int32) { kill(pid, signal) }

    /// Waits for the end. Nobody hangs a test: after 30 s it is killed and reported.
    func exitCode() async throws -> Int32 {
        try await until("the supervisor ends") { !process.isRunning }
        return process.terminationStatus
    }

    /// Ends it if need be and removes the folder.
    func remove() {
        if process.isRunning {
            signal(SIGKILL)
            process.waitUntilExit()
        }
        endLeftovers()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// A supervisor killed by us leaves its children, and not every test's child watches its lifeline: they are known by
    /// the folder in their environment.
    private func endLeftovers() {
        let mark = Data("TEST_FOLDER=\(folder)\0".utf8)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let pid = Int32(name), let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ"),
                environment.range(of: mark) != nil
            else {
                continue
            }
            kill(pid, SIGKILL)
        }
    }

    /// Looks until the condition holds; else the test fails, with the log.
    func until(_ what: String, _ condition: () throws -> Bool) async throws {
        do {
            try await eventually(what, context: { "; the log:\n\(log)" }, condition)
        } catch {
            remove()
            throw error
        }
    }

    /// One GET over the status socket; nil while nobody listens there.
    func get(_ path: String, method: String = "GET", body: String = "") -> (status: Int, body: String)? {
        let end = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(end) }
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        unsafe setsockopt(end, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        guard unsafe pulse_connect_unix(end, runtime + "/supervisor.sock") == 0 else { return nil }
        let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
        let request = Array("\(method) \(path) HTTP/1.1\r\nHost: pulse\r\n\(length)\r\n\(body)".utf8)
        // A server may answer before it has read everything, and stop reading: its answer is there all the same.
        _ = unsafe send(end, request, request.count, Int32(MSG_NOSIGNAL))
        var answer: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65536)
        while case let count = unsafe recv(end, &piece, piece.count, 0), count > 0 { answer += piece[..<count] }
        let text = String(decoding: answer, as: UTF8.self)
        guard let blank = text.range(of: "\r\n\r\n"), let code = text.split(separator: " ").dropFirst().first else {
            return nil
        }
        return (Int(code) ?? 0, String(text[blank.upperBound...]))
    }

    func document() throws -> StatusDocument? {
        guard let answer = get("/status") else { return nil }
        return try JSONDecoder().decode(StatusDocument.self, from: Data(answer.body.utf8))
    }

    func slot(_ name: String) throws -> SlotStatus? { try document()?.slots.first { $0.slot == name } }

    func untilReady(_ name: String = "worker.1") async throws -> Int32 {
        try await until("\(name) is ready") { try slot(name)?.state == "ready" }
        return try #require(try slot(name)?.pid)
    }

    func file(_ name: String) -> String? { try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) }
}
