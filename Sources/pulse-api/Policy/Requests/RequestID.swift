/// The name that a request goes by in logs: the client's own, where it is harmless, else one of ours.
enum RequestID {
    static let header = "X-Request-ID"
    private static let longest = 128

    /// nil = not to be repeated in a header or a log.
    static func sane(_ text: String?) -> String? {
        guard let text, !text.isEmpty, text.utf8.count <= longest,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return text
    }

    static func fresh(_ high: UInt64, _ low: UInt64) -> String {
        [high, low].map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
