internal import Glibc

/// Facts of this machine and its processes, read from /proc.
package enum ThisProcess {
    static func identity(node: String?, slot: String) -> WorkerIdentity {
        let pid = getpid()
        let host = node ?? hostName
        return WorkerIdentity(
            name: WorkerIdentity.name(node: host, slot: slot, random: .random(in: 0...UInt32.max)), node: host,
            bootID: text(ofFile: "/proc/sys/kernel/random/boot_id").filter { !$0.isWhitespace },
            pidNamespace: inode(of: "/proc/self/ns/pid"), pid: pid, startTime: startTime(of: pid))
    }

    /// That a file of `/proc` cannot be read is no proof: it may be hidden (`hidepid`), or no descriptor be left. Whether
    /// anybody has the pid, kill(2) tells in any case.
    static func sighting(of pid: Int32) -> ProcessSighting {
        guard pid > 0 else { return .gone }
        let stat = text(ofFile: "/proc/\(pid)/stat")
        // The command's name stands in parentheses and may hold anything, parentheses included.
        if let end = stat.lastIndex(of: ")") {
            let fields = stat[stat.index(after: end)...].split(separator: " ")
            // Its parent has yet to learn of its end, and then knows how it came about: whoever is faster would guess.
            if let state = fields.first, state == "Z" || state == "X" { return .hidden }
            if fields.count > 19, let startTime = UInt64(fields[19]) { return .running(startTime: startTime) }
        }
        return kill(pid, 0) != 0 && errno == ESRCH ? .gone : .hidden
    }

    private static func startTime(of pid: Int32) -> UInt64 {
        guard case .running(let startTime) = sighting(of: pid) else { return 0 }
        return startTime
    }

    package static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&buffer, 255) == 0 else { return "localhost" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func inode(of path: String) -> UInt64 {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? UInt64(status.st_ino) : 0
    }

    private static func text(ofFile path: String) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe read(descriptor, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}
