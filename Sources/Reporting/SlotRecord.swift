/// What a slot's lock file says: pid and start time of the slot's process; name of the last incarnation that told it, and
/// how that one died; one line each, the last two empty while unknown.
public struct SlotRecord: Equatable, Sendable {
    public var pid: Int32
    public var startTime: UInt64
    public var name: String
    public var death: String

    public init(pid: Int32, startTime: UInt64, name: String = "", death: String = "") {
        self.pid = pid
        self.startTime = startTime
        self.name = name
        self.death = death
    }

    /// nil for what is no such text.
    public init?(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, let pid = Int32(lines[0]), let startTime = UInt64(lines[1]) else { return nil }
        self.init(pid: pid, startTime: startTime, name: String(lines[2]), death: String(lines[3]))
    }

    public var text: String { "\(pid)\n\(startTime)\n\(name)\n\(death)\n" }

    /// For the next incarnation: "name|how it died"; nil when no name ever became known.
    public var predecessor: String? {
        name.isEmpty ? nil : "\(name)|\(death.isEmpty ? "unknown: its supervisor died" : death)"
    }
}
