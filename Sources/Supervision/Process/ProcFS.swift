internal import CLinux
internal import Glibc

/// The few facts that Linux tells only through /proc.
enum ProcFS {
    /// Up to 4 KiB of a small file; nil when it cannot be read.
    static func read(_ path: String) -> String? {
        readBytes(path, limit: 4096).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Up to 256 KiB of a file that may be larger than most.
    static func readWhole(_ path: String) -> String? {
        readBytes(path, limit: 256 * 1024).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func readBytes(_ path: String, limit: Int) -> [UInt8]? {
        let descriptor = unsafe pulse_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: limit)
        var size = 0
        while size < limit {
            let count = unsafe bytes.withUnsafeMutableBytes { bytes in
                unsafe Glibc.read(descriptor, bytes.baseAddress?.advanced(by: size), limit - size)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            size += count
        }
        return size > 0 ? Array(bytes[..<size]) : nil
    }

    /// Field 22 of /proc/PID/stat: clock ticks from boot to the start of the process.
    static func startTime(of pid: Int32) -> UInt64? { fields(of: pid).flatMap { $0.count > 19 ? UInt64($0[19]) : nil } }

    /// nil when there is no such process, or only what is left of it.
    static func parent(of pid: Int32) -> Int32? {
        guard let fields = fields(of: pid), fields.count > 1, fields[0] != "Z", fields[0] != "X" else { return nil }
        return Int32(fields[1])
    }

    /// The `NAME=VALUE`s that a process was started with; at most 256 KiB of them are looked at.
    static func environment(of pid: Int32) -> [ArraySlice<UInt8>]? {
        readBytes("/proc/\(pid)/environ", limit: 256 * 1024)?.split(separator: 0)
    }

    /// In bytes; nil when the process is gone.
    static func residentBytes(of pid: Int32) -> Int? {
        guard let pages = read("/proc/\(pid)/statm")?.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else {
            return nil
        }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    static func isZombie(_ pid: Int32) -> Bool { fields(of: pid)?.first == "Z" }

    /// Live (not zombie) members of a process group beside its leader.
    static func groupHasOthers(_ group: Int32) -> Bool {
        processes().contains { pid in
            guard pid != group, let fields = fields(of: pid), fields.count > 2 else { return false }
            return fields[2] == String(group) && fields[0] != "Z" && fields[0] != "X"
        }
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
        let path = "/proc/\(pid)/oom_score_adj"
        guard let own = read("/proc/self/oom_score_adj").flatMap({ Int($0.filter { $0.isNumber || $0 == "-" }) }) else {
            return
        }
        let descriptor = unsafe pulse_open(path, O_WRONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return }
        var text = Array(String(min(1000, own + points)).utf8)
        _ = unsafe write(descriptor, &text, text.count)
        close(descriptor)
    }

    /// The fields of /proc/PID/stat from the third on (state, ppid, pgrp, ...): the second, the name, may hold blanks and
    /// parentheses, so they are counted from its last one.
    private static func fields(of pid: Int32) -> [Substring]? {
        guard let text = read("/proc/\(pid)/stat"), let close = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: close)...].split(separator: " ")
    }
}
