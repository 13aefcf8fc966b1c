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

    /// Live (not zombie) members of a process group beside its leader.
    static func groupHasOthers(_ group: Int32) -> Bool {
        guard let directory = unsafe opendir("/proc") else { return false }
        defer { unsafe closedir(directory) }
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe String(cString: UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
            }
            guard let pid = Int32(name), pid != group, let fields = fields(of: pid), fields.count > 2 else { continue }
            if fields[2] == String(group), fields[0] != "Z", fields[0] != "X" { return true }
        }
        return false
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
