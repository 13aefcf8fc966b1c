import Glibc

/// The time of day, only for telling people.
public enum WallClock {
    /// Unix time in seconds.
    public static func now() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// RFC 3339 in UTC with milliseconds: "2026-02-03T04:05:06.789Z".
    public static func text(_ seconds: Double) -> String {
        guard seconds.isFinite, abs(seconds) < 1e11 else { return "invalid" }
        var whole = time_t(seconds.rounded(.down))
        var parts = unsafe tm()
        unsafe gmtime_r(&whole, &parts)
        let milliseconds = Int((seconds - Double(whole)) * 1000)
        let date = unsafe "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
        let time = unsafe "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        return "\(date)T\(time).\(milliseconds < 100 ? "0" : "")\(milliseconds < 10 ? "0" : "")\(milliseconds)Z"
    }

    private static func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
