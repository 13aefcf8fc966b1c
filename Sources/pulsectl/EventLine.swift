import Glibc
import Reporting

/// Events and log lines as a person reads them: the local time, who, what.
enum EventLine {
    static func text(_ news: FleetNews) -> String {
        let what =
            switch news.event {
            case .hello, .ready, .health, .stopping: news.summary ?? news.event.rawValue
            case .slot: "\(news.slot ?? "?") \(news.state ?? "?")\(news.pid.map { " (pid \($0))" } ?? "")"
            case .death: death(news)
            case .operation:
                news.operation.map {
                    "\($0.kind): \($0.state.rawValue)\($0.detail == $0.state.rawValue ? "" : ": " + $0.detail)"
                }
                    ?? "?"
            case .alert:
                "\(news.slot ?? "?"): \(news.status?.rawValue ?? "?"): \(news.summary ?? "?")"
            case .lagged: "this reader was too slow; what came after is missing"
            }
        return "\(clock(news.at))  \(what)"
    }

    static func text(_ record: LogRecord) -> String {
        let level = record.level == "info" ? "" : " \(record.level)"
        return "\(clock(record.at))  \(record.slot)\(level): \(record.message)"
    }

    private static func death(_ news: FleetNews) -> String {
        guard let death = news.death else { return "\(news.slot ?? "?") died" }
        let last = death.lastLines.last.map { ": \($0)" } ?? ""
        return "\(news.slot ?? "?") died: \(death.how) after \(elapsed(death.uptimeSeconds))\(last)"
    }

    /// "14:03:07"
    private static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite, abs(seconds) < 1e11 else { return "--:--:--" }
        var whole = time_t(seconds)
        var parts = unsafe tm()
        unsafe localtime_r(&whole, &parts)
        return unsafe "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }

    private static func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
