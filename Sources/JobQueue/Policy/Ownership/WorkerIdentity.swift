/// Who a worker process is, in terms that another process on the same machine can check.
public struct WorkerIdentity: Equatable, Sendable {
    /// Unique to one incarnation: `pulse-<node>-<slot>-<8 hex digits>`.
    public var name: String
    public var node: String
    /// Changes with each boot.
    public var bootID: String
    /// Inode of `/proc/self/ns/pid`: pids compare only within one namespace.
    public var pidNamespace: UInt64
    public var pid: Int32
    /// Clock ticks between boot and the start of the process (field 22 of `/proc/<pid>/stat`).
    public var startTime: UInt64

    public init(name: String, node: String, bootID: String, pidNamespace: UInt64, pid: Int32, startTime: UInt64) {
        self.name = name
        self.node = node
        self.bootID = bootID
        self.pidNamespace = pidNamespace
        self.pid = pid
        self.startTime = startTime
    }

    /// A worker's name, cut to what RQ accepts in keys and `rq info` can show.
    static func name(node: String, slot: String, random: UInt32) -> String {
        let digits = String(random, radix: 16)
        let suffix = String(repeating: "0", count: 8 - digits.count) + digits
        return "pulse-\(cleaned(node))-\(cleaned(slot))-\(suffix)"
    }

    private static func cleaned(_ text: String) -> String {
        let kept = text.unicodeScalars.prefix(40).map { scalar -> Character in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": Character(scalar)
            default: "-"
            }
        }
        return kept.isEmpty ? "x" : String(kept)
    }
}
