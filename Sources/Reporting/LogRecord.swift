/// One line of `GET /logs`: what a process printed.
public struct LogRecord: Codable, Equatable, Sendable {
    public var slot: String
    public var pid: Int32?
    /// Unix time in seconds.
    public var at: Double
    /// syslog's word: "info", "warning", ...
    public var level: String
    public var message: String

    public init(slot: String, pid: Int32?, at: Double, level: String, message: String) {
        self.slot = slot
        self.pid = pid
        self.at = at
        self.level = level
        self.message = message
    }
}
