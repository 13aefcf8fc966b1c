internal import Glibc

/// How often the kernel's out-of-memory killer has struck in a process' control group: the one trace that tells its SIGKILL
/// from anybody else's. cgroup v2 counts in `memory.events`, v1 in `memory.oom_control` (cgroups(7)).
struct MemoryKills {
    /// By process: the file that counts its group's kills. Asked for while it lives, since a dead one has left its group.
    private var files: [Int32: String] = [:]
    /// Alive, and not looked at yet.
    private var newborns: Set<Int32> = []
    private var counts: [String: Int] = [:]
    private lazy var mounts = Self.readMounts()

    private struct Mounts {
        var unified: String?
        var memory: String?
    }

    var hasNewborns: Bool { !newborns.isEmpty }

    mutating func expect(_ pid: Int32) { newborns.insert(pid) }

    /// Finds out the newborns' groups: not while they are spawned, since reading takes as long as a start.
    mutating func watchNewborns() {
        for pid in newborns {
            guard let file = file(of: pid) else { continue }
            files[pid] = file
            // An earlier kill in its group must not be taken for its own.
            if counts[file] == nil { counts[file] = Self.count(in: file) }
        }
        newborns = []
    }

    /// To be called once for each process that is dead.
    /// - Returns: whether it was killed and its group has seen an out-of-memory kill since it was last asked about.
    mutating func tookLife(of pid: Int32, _ end: ExitStatus) -> Bool {
        newborns.remove(pid)
        guard let file = files.removeValue(forKey: pid), case .killed(SIGKILL, _) = end,
            let count = Self.count(in: file)
        else {
            return false
        }
        return count > counts.updateValue(count, forKey: file) ?? count
    }

    private mutating func file(of pid: Int32) -> String? {
        guard let text = ProcFS.read("/proc/\(pid)/cgroup") else { return nil }
        var unified: String?
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let path = parts[2] == "/" ? "" : String(parts[2])
            if parts[1].split(separator: ",").contains("memory"), let mount = mounts.memory {
                return "\(mount)\(path)/memory.oom_control"
            }
            if parts[0] == "0", let mount = mounts.unified { unified = "\(mount)\(path)/memory.events" }
        }
        return unified
    }

    private static func count(in file: String) -> Int? {
        ProcFS.read(file)?.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }.flatMap {
            Int($0.dropFirst("oom_kill ".count))
        }
    }

    /// Lines of /proc/self/mounts: device, mount point, type, options.
    private static func readMounts() -> Mounts {
        var mounts = Mounts()
        for line in (ProcFS.readWhole("/proc/self/mounts") ?? "").split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 3 else { continue }
            if fields[2] == "cgroup2" { mounts.unified = mounts.unified ?? String(fields[1]) }
            if fields[2] == "cgroup", fields[3].split(separator: ",").contains("memory") {
                mounts.memory = String(fields[1])
            }
        }
        return mounts
    }
}
