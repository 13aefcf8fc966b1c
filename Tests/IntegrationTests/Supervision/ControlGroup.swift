import Foundation

/// A control group of its own for a test, in whichever hierarchy has the controller; gone with the test.
final class ControlGroup {
    let path: String
    private let isUnified: Bool

    /// What is missing, when there is no such controller for us; nil = it can be used.
    static func lacks(_ controller: String) -> Bool { (try? ControlGroup(controller)) == nil }

    struct Missing: Error {}

    init(_ controller: String) throws {
        let name = "pst-\(UUID().uuidString.prefix(8))"
        let manager = FileManager.default
        if manager.fileExists(atPath: "/sys/fs/cgroup/\(controller)/cgroup.procs") {
            isUnified = false
            path = "/sys/fs/cgroup/\(controller)/\(name)"
        } else {
            let known = try String(contentsOfFile: "/sys/fs/cgroup/cgroup.controllers", encoding: .utf8)
            guard known.split(whereSeparator: \.isWhitespace).contains(Substring(controller)) else { throw Missing() }
            try "+\(controller)".write(
                toFile: "/sys/fs/cgroup/cgroup.subtree_control", atomically: false, encoding: .utf8)
            isUnified = true
            path = "/sys/fs/cgroup/\(name)"
        }
        try manager.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        // Whoever is left moves out, else the folder cannot go.
        let root = isUnified ? "/sys/fs/cgroup/cgroup.procs" : "\(path)/../cgroup.procs"
        for pid in (try? String(contentsOfFile: "\(path)/cgroup.procs", encoding: .utf8))?.split(separator: "\n") ?? []
        {
            try? pid.write(toFile: root, atomically: false, encoding: .utf8)
        }
        unsafe rmdir(path)
    }

    func add(_ pid: Int32) throws { try set("cgroup.procs", "\(pid)") }

    func set(_ file: String, _ value: String) throws {
        try value.write(toFile: "\(path)/\(file)", atomically: false, encoding: .utf8)
    }

    func value(_ file: String) throws -> String {
        try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func limitMemory(to bytes: Int) throws {
        try set(isUnified ? "memory.max" : "memory.limit_in_bytes", "\(bytes)")
        if isUnified { try? set("memory.swap.max", "0") }
    }

    func limitProcesses(to count: String) throws { try set("pids.max", count) }

    var processes: Int { (try? Int(value("pids.current"))) ?? 0 }
}
