/// A time span in nanoseconds, as the settings hold it.
public typealias Nanoseconds = UInt64

/// From the text of a setting to its value; nil = not allowed.
package enum SettingParser {
    /// "500ms", "30s", "2m", "1h", "1.5s"; a bare number is seconds. At most 365 days.
    package static func duration(_ text: String) -> Nanoseconds? {
        let units: [(String, Double)] = [("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9)]
        let unit = units.first { text.hasSuffix($0.0) }
        let number = text.dropLast(unit?.0.count ?? 0)
        guard let first = number.utf8.first, (0x30...0x39).contains(first), let value = Double(number) else {
            return nil
        }
        let nanoseconds = value * (unit?.1 ?? 1e9)
        guard nanoseconds.isFinite, nanoseconds <= 365 * 24 * 3600e9 else { return nil }
        return Nanoseconds(nanoseconds)
    }

    /// As ``duration(_:)``, but zero is refused: a timeout of nothing would end everything at once.
    static func positiveDuration(_ text: String) -> Nanoseconds? { duration(text).flatMap { $0 > 0 ? $0 : nil } }

    static func number(_ range: ClosedRange<Int>) -> (String) -> Int? {
        { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }
    }

    /// "1048576", "512M", "2G" (powers of 1024), in bytes.
    static func size(_ text: String) -> Int? {
        let units: [(String, Int)] = [("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30)]
        let unit = units.first { text.uppercased().hasSuffix($0.0) }
        guard let number = Int(text.dropLast(unit == nil ? 0 : 1)), number > 0 else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit?.1 ?? 1)
        return overflow ? nil : bytes
    }

    static func listenAddress(_ text: String) -> ListenAddress? { ListenAddress(text) }

    static func httpURL(_ text: String) -> ServiceURL? { ServiceURL(text, schemes: ["http", "https"]) }

    static func redisURL(_ text: String) -> ServiceURL? {
        ServiceURL(text, schemes: ["redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel"])
    }

    static func absolutePath(_ text: String) -> String? { text.hasPrefix("/") ? text : nil }

    static func collection(_ text: String) -> String? {
        let plain = text.utf8.allSatisfy {
            $0 == 0x5F || $0 == 0x2D || $0 == 0x2E || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                || (0x61...0x7A).contains($0)
        }
        return plain && text.utf8.count <= 255 && text != "." && text != ".." ? text : nil
    }

    static func queues(_ text: String) -> [String]? {
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map { name in
            String(name.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        let sound = names.allSatisfy { !$0.isEmpty && !$0.unicodeScalars.contains { $0.value <= 0x20 } }
        return sound && Set(names).count == names.count ? names : nil
    }

    static func logLevel(_ text: String) -> String? {
        let level = text.lowercased()
        if level == "warn" { return "warning" }
        return ["trace", "debug", "info", "notice", "warning", "error", "critical"].contains(level) ? level : nil
    }
}
