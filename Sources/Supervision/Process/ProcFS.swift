internal import CLinux
internal import Glibc

/// The few facts that Linux tells only through /proc.
enum ProcFS {
    /// Up to 4 KiB of a small file, which the kernel gives out by one read; nil when it cannot be read.
    static func read(_ path: String) -> String? {
        readBytes(path, limit: 4096, inOne: true).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Up to 256 KiB of a file that may be larger than most.
    static func readWhole(_ path: String) -> String? {
        readBytes(path, limit: 256 * 1024, inOne: false).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func readBytes(_ path: String, limit: Int, inOne: Bool) -> [UInt8]? {
        let descriptor = unsafe pulse_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { bytes, size in
            while size < limit {
                let count = unsafe Glibc.read(descriptor, bytes.baseAddress?.advanced(by: size), limit - size)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                size += count
                if inOne { break }
            }
        }
        return bytes.isEmpty ? nil : bytes
    }

    /// nil when there is no such process.
    static func process(_ pid: Int32) -> ProcessStat? {
        readBytes("/proc/\(pid)/stat", limit: 4096, inOne: true).flatMap(ProcessStat.init)
    }

    /// nil when there is no such process, or only what is left of it.
    static func parent(of pid: Int32) -> Int32? { process(pid).flatMap { $0.isZombie ? nil : $0.parent } }

    /// The `NAME=VALUE`s that a process was started with; at most 256 KiB of them are looked at.
    static func environment(of pid: Int32) -> [ArraySlice<UInt8>]? {
        readBytes("/proc/\(pid)/environ", limit: 256 * 1024, inOne: false)?.split(separator: 0)
    }

    /// In bytes; nil when the process is gone.
    static func residentBytes(of pid: Int32) -> Int? {
        guard let pages = read("/proc/\(pid)/statm")?.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else {
            return nil
        }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// - Returns: those of the process groups that have live members beside their leaders; and children of ours, leaders of
    ///   those groups aside, that are dead and not reaped.
    static func members(of groups: Set<Int32>) -> (peopled: Set<Int32>, dead: [Int32]) {
        let own = getpid()
        var peopled: Set<Int32> = []
        var dead: [Int32] = []
        for pid in processes() where !groups.contains(pid) {
            guard let stat = process(pid) else { continue }
            if !stat.isZombie, groups.contains(stat.group) { peopled.insert(stat.group) }
            if stat.isZombie, stat.parent == own { dead.append(pid) }
        }
        return (peopled, dead)
    }

    /// How many descriptors we have open. Since Linux 6.2 the folder's size says so; before, it has to be listed.
    static func ownDescriptors() -> Int {
        var folder = stat()
        if unsafe stat("/proc/self/fd", &folder) == 0, folder.st_size > 0 { return Int(folder.st_size) }
        return max(0, DirectoryEntries.names(in: "/proc/self/fd").count - 3)
    }

    static func processes() -> [Int32] { DirectoryEntries.names(in: "/proc").compactMap { Int32($0) } }

    /// Does the process hold this file's flock through the descriptor that a child gets it as? Having the file open alone
    /// is not enough: that may be a person reading it.
    static func holdsLock(_ path: String, _ pid: Int32) -> Bool {
        var lock = stat()
        var theirs = stat()
        guard unsafe stat(path, &lock) == 0, unsafe stat("/proc/\(pid)/fd/4", &theirs) == 0,
            lock.st_dev == theirs.st_dev, lock.st_ino == theirs.st_ino
        else {
            return false
        }
        return read("/proc/\(pid)/fdinfo/4")?.split(separator: "\n").contains { $0.hasPrefix("lock:") } ?? false
    }

    /// The out-of-memory killer shall take a child before it takes us, who would restart the child.
    static func raiseOOMScore(of pid: Int32, by points: Int) {
        guard let ownOOMScore else { return }
        let descriptor = unsafe pulse_open("/proc/\(pid)/oom_score_adj", O_WRONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return }
        var text = Array(String(min(1000, ownOOMScore + points)).utf8)
        _ = unsafe write(descriptor, &text, text.count)
        close(descriptor)
    }

    private static let ownOOMScore = read("/proc/self/oom_score_adj").flatMap {
        Int($0.filter { $0.isNumber || $0 == "-" })
    }
}
