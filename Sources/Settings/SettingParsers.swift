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

    static func yesOrNo(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "yes": true
        case "no": false
        default: nil
        }
    }

    /// "1048576", "512M", "2G" (powers of 1024), in bytes.
    static func size(_ text: String) -> Int? {
        let units: [(String, Int)] = [("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30)]
        let unit = units.first { text.uppercased().hasSuffix($0.0) }
        guard let number = Int(text.dropLast(unit == nil ? 0 : 1)), number > 0 else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit?.1 ?? 1)
        return overflow ? nil : bytes
    }

    /// From a second to a day, since RQ counts a job's time in whole seconds.
    static func jobTimeout(_ text: String) -> Nanoseconds? {
        duration(text).flatMap { (1_000_000_000...86_400_000_000_000).contains($0) ? $0 : nil }
    }

    /// "https://a.org,http://localhost:3000", or the same as a JSON list; "*" alone for every origin.
    static func origins(_ text: String) -> [String]? {
        var list = Substring(trimmed(Substring(text)))
        let isJSON = list.hasPrefix("[") && list.hasSuffix("]") && list.count >= 2
        if isJSON { list = list.dropFirst().dropLast() }
        if isJSON, list.allSatisfy({ $0 == " " }) { return [] }
        let parts = list.split(separator: ",", omittingEmptySubsequences: false).map { part -> String? in
            let part = trimmed(part)
            guard isJSON else { return origin(part) }
            guard part.count >= 2, part.hasPrefix("\""), part.hasSuffix("\"") else { return nil }
            return origin(String(part.dropFirst().dropLast()))
        }
        let origins = parts.compactMap(\.self)
        guard origins.count == parts.count, origins.count <= 64 else { return nil }
        return origins.contains("*") && origins.count > 1 ? nil : origins
    }

    /// As browsers send it: a scheme, a host, perhaps a port, and no path.
    private static func origin(_ text: String) -> String? {
        if text == "*" { return text }
        guard let url = httpURL(text) else { return nil }
        // Written with the path that every address has; browsers send it without.
        let text = text.hasSuffix("/") ? String(text.dropLast()) : text
        let rest = text.dropFirst(url.scheme.count + 3)
        let plain = rest.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A, 0x5B, 0x5D, 0x5F: true
            default: false
            }
        }
        return plain ? text.lowercased() : nil
    }

    static func listenAddress(_ text: String) -> ListenAddress? { ListenAddress(text) }

    static func httpURL(_ text: String) -> ServiceURL? { ServiceURL(text, schemes: ["http", "https"]) }

    /// "http://a:8080,http://b:8080", each once, in their order; at most 64.
    static func httpURLs(_ text: String) -> [ServiceURL]? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let urls = parts.compactMap { httpURL(trimmed($0)) }
        return urls.count == parts.count && urls.count <= 64 && Set(urls.map(\.text)).count == urls.count ? urls : nil
    }

    /// The name of one of a model's prompts, such as "query" or "document".
    static func promptName(_ text: String) -> String? {
        let isPlain = !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
        return isPlain && text.utf8.count <= 128 ? text : nil
    }

    /// For the shell; blanks alone are no command.
    static func commandLine(_ text: String) -> String? {
        text.utf8.count <= 4096 && !text.utf8.contains(0) && !text.allSatisfy(\.isWhitespace) ? text : nil
    }

    private static func trimmed(_ part: Substring) -> String {
        String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

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

    /// "a,b" in strict order, or "a=3,b=1" with weights; a queue without one has 1 as soon as another has any.
    static func queues(_ text: String) -> [ServedQueue]? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { part -> ServedQueue? in
            let sides = trimmed(part).split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count <= 2, let name = sides.first.map(String.init), isQueueName(name) else { return nil }
            guard sides.count == 2 else { return ServedQueue(name: name) }
            guard let weight = Int(sides[1]), (1...1000).contains(weight) else { return nil }
            return ServedQueue(name: name, weight: weight)
        }
        let queues = parts.compactMap(\.self)
        return queues.count == parts.count && Set(queues.map(\.name)).count == queues.count ? queues : nil
    }

    /// "fail" or "route:<queue>".
    static func unknownJobs(_ text: String) -> UnknownJobs? {
        if text.lowercased() == "fail" { return .fail }
        guard text.hasPrefix("route:") else { return nil }
        let queue = String(text.dropFirst("route:".count))
        return isQueueName(queue) ? .route(queue: queue) : nil
    }

    static func keyPrefix(_ text: String) -> String? { isQueueName(text) && text.utf8.count <= 64 ? text : nil }

    private static func isQueueName(_ name: String) -> Bool {
        !name.isEmpty && !name.unicodeScalars.contains { $0.value <= 0x20 || $0.value == 0x7f || $0 == "," }
    }

    static func logLevel(_ text: String) -> String? {
        let level = text.lowercased()
        if level == "warn" { return "warning" }
        return ["trace", "debug", "info", "notice", "warning", "error", "critical"].contains(level) ? level : nil
    }
}
