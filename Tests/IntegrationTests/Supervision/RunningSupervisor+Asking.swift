import CLinux
import Foundation
import Reporting
import Testing

/// Questions and orders over the status socket, and looks at the kernel.
extension RunningSupervisor {
    /// Every wanted slot is ready.
    func untilAllReady(_ count: Int) async throws {
        try await until("\(count) are ready") { try document()?.workers.ready == count }
    }

    /// Waits until another process is ready in the slot.
    func untilReplaced(_ former: Int32, _ name: String = "worker.1") async throws -> Int32 {
        try await until("\(name) is ready again") {
            let slot = try slot(name)
            return slot?.state == "ready" && slot?.pid != former
        }
        return try #require(try slot(name)?.pid)
    }

    func untilState(_ state: String, _ name: String = "worker.1") async throws {
        try await until("\(name) is \(state)") { try slot(name)?.state == state }
    }

    func untilFile(_ name: String, lines: Int = 1) async throws {
        try await until("the file \(name)") { self.lines(of: name).count >= lines }
    }

    func lines(of name: String) -> [String] { (file(name) ?? "").split(separator: "\n").map(String.init) }

    func untilLogged(_ text: String, times: Int = 1) async throws {
        try await until("the log says '\(text)'") { log.components(separatedBy: text).count > times }
    }

    func logged(_ text: String) -> Int { log.components(separatedBy: text).count - 1 }

    /// An order by POST, which must be taken.
    func order(_ path: String, body: String = "") throws -> OperationStatus {
        let answer = try #require(get(path, method: "POST", body: body))
        #expect(answer.status == 202, "\(answer.body)")
        return try JSONDecoder().decode(OperationStatus.self, from: Data(answer.body.utf8))
    }

    /// How an order ended.
    func ended(_ operation: OperationStatus) async throws -> OperationStatus {
        var last = operation
        try await until("operation \(operation.id) (\(operation.kind)) ends") {
            guard let answer = get("/operations/\(operation.id)") else { return false }
            last = try JSONDecoder().decode(OperationStatus.self, from: Data(answer.body.utf8))
            return last.state != .running
        }
        return last
    }

    /// One sample of `/metrics`, by its name with labels as it stands there.
    func metric(_ name: String) -> Double? {
        guard let text = get("/metrics")?.body else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line.flatMap { Double($0.dropFirst(name.count + 1)) }
    }

    /// What the supervisor has open, without the numbers that the kernel gives to pipes and sockets.
    var descriptors: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")) ?? []
        return names.map { name in
            let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\(name)")) ?? "?"
            return String(target.prefix { $0 != "[" })
        }.sorted()
    }

    /// Processor time of the supervisor so far, in clock ticks.
    var ticks: Int {
        let fields = Kernel.stat(pid)
        return (Int(fields.dropFirst(11).first ?? "") ?? 0) + (Int(fields.dropFirst(12).first ?? "") ?? 0)
    }
}

/// What /proc says.
enum Kernel {
    /// The fields of /proc/PID/stat from the third on; empty when there is no such process.
    static func stat(_ pid: Int32) -> [String] {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let close = text.lastIndex(of: ")")
        else {
            return []
        }
        return text[text.index(after: close)...].split(separator: " ").map(String.init)
    }

    /// How often it has gone to sleep of its own accord.
    static func voluntarySwitches(_ pid: Int32) -> Int? {
        let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = text?.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") }
        return line?.split(separator: "\t").last.flatMap { Int($0) }
    }

    /// Alive, that is neither gone nor a zombie.
    static func lives(_ pid: Int32) -> Bool { stat(pid).first.map { $0 != "Z" && $0 != "X" } ?? false }

    static var processes: [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
    }

    /// Children of a process, zombies too.
    static func children(of pid: Int32) -> [Int32] {
        processes.filter { stat($0).dropFirst().first == "\(pid)" }
    }
}

/// Stands in for systemd: a NOTIFY_SOCKET that keeps what it hears.
final class ManagerEar {
    let path: String
    private let descriptor: Int32
    private(set) var heard: [String] = []
    /// Whole datagrams.
    private(set) var messages: [String] = []

    init(in folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        path = folder + "/manager"
        descriptor = pulse_unix_socket(2)
        #expect(unsafe pulse_bind_unix(descriptor, path) == 0)
    }

    deinit { close(descriptor) }

    func listen() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while case let count = unsafe recv(descriptor, &bytes, bytes.count, 0), count > 0 {
            let message = String(decoding: bytes[..<count], as: UTF8.self)
            messages.append(message)
            heard += message.split(separator: "\n").map(String.init)
        }
    }

    func count(_ line: String) -> Int {
        listen()
        return heard.count { $0 == line }
    }
}
