/// One line of the log, whoever wrote it.
public struct LogLine: Equatable, Sendable {
    /// "supervisor", or the slot: "worker.1".
    public var source: String
    public var priority: LogPriority
    /// Without line breaks and other control characters.
    public var text: String
    /// Of the process that wrote it, when it was not this one.
    public var pid: Int32?
    /// Unix time in seconds.
    public var at: Double

    public init(source: String, priority: LogPriority, text: String, pid: Int32? = nil, at: Double) {
        self.source = source
        self.priority = priority
        self.text = Self.printable(text)
        self.pid = pid
        self.at = at
    }

    /// Texts from the queue may hold line breaks; a forged second line must not be possible, nor one that a terminal
    /// obeys or shows in another order.
    private static func printable(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { ($0 >= 0x20 || $0 == 0x09) && $0 < 0x7F }
        if isPlain { return text }
        let scalars = text.unicodeScalars.map { scalar in
            (scalar.value < 0x20 && scalar != "\t") || (0x7F...0x9F).contains(scalar.value)
                || (0x2028...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value) ? " " : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }
}

/// syslog's priorities (RFC 5424, section 6.2.1).
public enum LogPriority: Int, Comparable, Sendable {
    case emergency, alert, critical, error, warning, notice, info, debug

    public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }

    var name: String { "\(self)" }

    /// Takes a priority off the beginning of a line, written as sd-daemon(3) says: `<4>text`.
    public static func split(_ text: String) -> (priority: LogPriority?, rest: Substring) {
        let bytes = text.utf8.prefix(3)
        guard bytes.count == 3, bytes.first == UInt8(ascii: "<"), bytes.last == UInt8(ascii: ">"),
            let digit = bytes.dropFirst().first, let priority = LogPriority(rawValue: Int(digit) - 0x30)
        else {
            return (nil, text[...])
        }
        return (priority, text.dropFirst(3))
    }
}
