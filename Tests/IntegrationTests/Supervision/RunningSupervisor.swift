import CLinux
import Foundation
import Reporting
import Testing

/// The built supervisor as a process, in a folder of its own.
final class RunningSupervisor {
    let folder: String
    private let child: SpawnedChild
    private let descriptor: Int32
    private var status: Int32?
    private let logPath: String
    var runtime: String { folder + "/run" }
    var pid: Int32 { child.pid }
    var isRunning: Bool { status == nil && pulse_has_ended(descriptor) == 0 }

    /// - Parameters:
    ///   - worker: a Python program; `speak(text)` sends it to NOTIFY_SOCKET.
    ///   - plan: words for the misbehaving child, which then is the worker; `plans` for single slots and lives
    ///     ("worker.2", "worker.1.3").
    ///   - api: a Python program like `worker`, to be run as the API.
    ///   - launcher: a command that becomes the supervisor, such as `env --block-signal=TERM`.
    init(
        worker: String? = nil, api: String? = nil, plan: String? = nil, plans: [String: String] = [:],
        procfile: String? = nil,
        environment: [String: String] = [:], arguments: [String] = [], launcher: [String] = [],
        errors: FileHandle? = nil, input: FileHandle? = nil, unset: [String] = [], in folder: String? = nil
    ) throws {
        let folder = folder ?? Self.freshFolder()
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var all = arguments
        if let plan {
            try Self.write(folder, "plan", plan)
            for (name, words) in plans { try Self.write(folder, "plan.\(name)", words) }
            all += ["--worker", Self.misbehavingChild]
        }
        if let worker {
            all += ["--worker", try Self.program(folder, "worker.py", worker)]
        }
        if let api { all += ["--api", try Self.program(folder, "api.py", api)] }
        if let procfile {
            try Self.write(folder, "Procfile", procfile)
            all += ["--procfile", folder + "/Procfile"]
        }
        var variables = ["PATH": "/usr/bin:/bin", "PULSE_RUNTIME_DIR": folder + "/run", "TEST_FOLDER": folder]
        // A debug build's backtrace of a crash that a test asked for would keep both cores for half a minute.
        variables["SWIFT_BACKTRACE"] = "enable=no"
        // Most children say READY=1 and no more; a machine that is slow for half a minute must not make them hung.
        variables["PULSE_WATCHDOG"] = "1h"
        variables["PULSE_WORKERS"] = worker == nil && plan == nil ? "0" : "1"
        for name in unset { variables[name] = nil }
        logPath = "\(folder)/log-\(UUID().uuidString.prefix(4))"
        _ = FileManager.default.createFile(atPath: logPath, contents: nil)
        // Appending, as several may write to it.
        let log = unsafe open(logPath, O_WRONLY | O_APPEND)
        defer { close(log) }
        child = try SpawnedChild(
            launcher + [Program.supervisor.path] + all,
            environment: variables.merging(environment) { _, new in new }.map { "\($0)=\($1)" },
            input: input?.fileDescriptor, errors: errors?.fileDescriptor ?? log)
        descriptor = pulse_pidfd_open(child.pid)
    }

    deinit { close(descriptor) }

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

    /// - Returns: its path.
    private static func program(_ folder: String, _ name: String, _ text: String) throws -> String {
        try write(folder, name, prelude + text + "\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder)/\(name)")
        return "\(folder)/\(name)"
    }

    var log: String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "" }

    static func freshFolder() -> String { "/tmp/pst-\(UUID().uuidString.prefix(8))" }

    /// The child that does what its plan says.
    static let misbehavingChild = Program.misbehavingChild.path

    func write(_ name: String, _ text: String) throws { try Self.write(folder, name, text) }

    private static func write(_ folder: String, _ name: String, _ text: String) throws {
        try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }

    func signal(_ signal: Int32) { kill(pid, signal) }

    /// Waits for the end: the exit code, or 128 and the signal.
    func exitCode() async throws -> Int32 {
        try await until("the supervisor ends") { !isRunning }
        return reap()
    }

    private func reap() -> Int32 {
        let code = status ?? child.wait()
        status = code
        return code
    }

    /// Ends it if need be and removes the folder.
    func remove() {
        if isRunning { signal(SIGKILL) }
        _ = reap()
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
