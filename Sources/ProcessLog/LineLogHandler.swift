public import Logging

/// Writes one line per message to stderr: `worker.1 warning: text key=value`.
///
/// Under journald the line begins with its priority (`<4>`), as sd-daemon(3) defines it, so that `journalctl -p` can filter.
/// A line is one `write`, hence never torn between processes that share the descriptor, and never waits: see ``StandardError``.
public struct LineLogHandler: LogHandler {
    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    private let label: String
    private let withPriority: Bool

    public init(label: String, level: Logger.Level, underJournal: Bool) {
        self.label = label
        self.logLevel = level
        self.withPriority = underJournal
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var line = withPriority ? "<\(event.level.priority)>" : ""
        line += label
        line += event.level == .info ? ": " : " \(event.level): "
        line += event.message.description
        let merged = metadata.merging(event.metadata ?? [:]) { _, new in new }
        for (key, value) in merged.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(value)" }
        // Texts from the queue may hold line breaks; a forged second line must not be possible.
        let safe = String(String.UnicodeScalarView(line.unicodeScalars.map { $0.value < 0x20 ? " " : $0 })) + "\n"
        StandardError.write(Array(safe.utf8))
    }
}

extension Logger.Level {
    /// syslog's priorities.
    fileprivate var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
