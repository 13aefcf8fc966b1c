/// What a process says of itself: the `sd_notify` protocol (systemd's man page sd_notify(3)), newline-separated `KEY=VALUE`.
///
/// Unknown keys and malformed lines are skipped, as systemd does, so that programs may say more than we listen to.
public struct NotifyMessage: Equatable, Sendable {
    public var ready = false
    public var stopping = false
    public var watchdog = false
    /// One line of text for people, control characters taken out.
    public var status: String?
    /// Asks for at least this much more time, in microseconds from now.
    public var extendTimeoutMicroseconds: UInt64?
    /// The JSON of `X_PULSE_REPORT=`, not yet decoded.
    public var report: String?

    public init() {}

    /// Reads one datagram of any bytes.
    public static func parse(_ bytes: [UInt8]) -> NotifyMessage {
        var message = NotifyMessage()
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = String(decoding: line[(equals + 1)...], as: UTF8.self)
            switch String(decoding: line[..<equals], as: UTF8.self) {
            case "READY": message.ready = value == "1"
            case "STOPPING": message.stopping = value == "1"
            case "WATCHDOG": message.watchdog = value == "1"
            case "STATUS": message.status = printable(value)
            case "EXTEND_TIMEOUT_USEC": message.extendTimeoutMicroseconds = UInt64(value)
            case "X_PULSE_REPORT": message.report = value
            default: continue
            }
        }
        return message
    }

    /// The text without control characters - of the terminal's or of a text's direction - and at most 500 scalars: it goes to
    /// terminals and journals, and a job's URL in it may hold anything.
    public static func printable(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(500) {
            kept.append(scalar.value < 0x20 || scalar.isForeignControl ? " " : scalar)
        }
        return String(kept)
    }
}
