/// The one line that a person reads in a chat: where, what is wrong, what to do.
enum AlertText {
    /// Discord takes 2000 characters, others more.
    private static let longest = 1900

    /// - Parameters:
    ///   - summary: the status line, which begins with the health.
    ///   - previous: nil = not known.
    ///   - remedies: by service, of those that are not healthy.
    static func line(
        host: String, summary: String, health: String, previous: String?, remedies: [(service: String, remedy: String)]
    ) -> String {
        var text = "Pulse on \(host): \(summary)"
        if let previous, previous != health { text += " (was \(previous))" }
        for (service, remedy) in remedies { text += "; \(service): \(remedy)" }
        return String(String.UnicodeScalarView(text.unicodeScalars.map(harmless).prefix(longest)))
    }

    /// A service's own words are in it, and to a chat some of them would be markup, or call everybody in the room.
    private static func harmless(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "<": "\u{2039}"
        case ">": "\u{203A}"
        case "@": "\u{FF20}"
        case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): " "
        default: scalar
        }
    }
}
