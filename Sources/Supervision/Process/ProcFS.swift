internal import CLinux
internal import Glibc

/// The few facts that Linux tells only through /proc.
enum ProcFS {
    /// Up to 4 KiB of a small file; nil when it cannot be read.
    static func read(_ path: String) -> String? {
        let descriptor = unsafe pulse_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }

    /// Field 22 of /proc/PID/stat: clock ticks from boot to the start of the process.
    static func startTime(of pid: Int32) -> UInt64? { fields(of: pid).flatMap { $0.count > 19 ? UInt64($0[19]) : nil } }

    static func isZombie(_ pid: Int32) -> Bool { fields(of: pid)?.first == "Z" }

    /// Live (not zombie) members of a process group beside its leader.
    static func groupHasOthers(_ group: Int32) -> Bool {
        processes().contains { pid in
            guard pid != group, let fields = fields(of: pid), fields.count > 2 else { return false }
            return fields[2] == String(group) && fields[0] != "Z" && fields[0] != "X"
        }
    }

    static func processes() -> [Int32] {
        guard let directory = unsafe opendir("/proc") else { return [] }
        defer { unsafe closedir(directory) }
        var list: [Int32] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe String(cString: UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
            }
            if let pid = Int32(name) { list.append(pid) }
        }
        return list
    }

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
