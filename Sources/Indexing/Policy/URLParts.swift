/// A URL taken apart and put together by the rules of Python's `urllib.parse.urlsplit`/`urlunsplit`, which named the
/// documents before Pulse did: a different reading of an odd URL would be a different document.
struct URLParts: Equatable {
    var scheme = ""
    var authority = ""
    var path = ""
    var query = ""
    var fragment = ""

    /// Leading control characters and blanks are dropped, tabs and line ends removed everywhere; the scheme is
    /// lower-cased. Nil when the authority's square brackets do not match.
    init?(_ text: String) {
        var rest = Substring(text.unicodeScalars.drop { $0.value <= 0x20 })
        // Hardly any URL has them, and a filter takes its text apart scalar by scalar.
        if rest.utf8.contains(where: { $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }) {
            let kept = rest.unicodeScalars.filter { $0 != "\t" && $0 != "\r" && $0 != "\n" }
            rest = Substring(String(String.UnicodeScalarView(kept)))
        }
        if let colon = rest.unicodeScalars.firstIndex(of: ":"), Self.isScheme(rest[..<colon].unicodeScalars) {
            scheme = rest[..<colon].lowercased()
            rest = rest[rest.unicodeScalars.index(after: colon)...]
        }
        if rest.utf8.starts(with: "//".utf8) {
            rest = Substring(rest.unicodeScalars.dropFirst(2))
            let end = rest.unicodeScalars.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
            authority = String(rest[..<end])
            rest = rest[end...]
            if authority.utf8.contains(0x5B) != authority.utf8.contains(0x5D) { return nil }
        }
        (rest, fragment) = Self.cut(rest, at: "#")
        (rest, query) = Self.cut(rest, at: "?")
        path = String(rest)
    }

    /// The host in lower case with its port, without user and password.
    var host: String { String(authority.unicodeScalars.dropFirst(userInfo.unicodeScalars.count)).lowercased() }

    /// What stands before the host: user and password with their "@", or nothing.
    var userInfo: Substring {
        guard let at = authority.unicodeScalars.lastIndex(of: "@") else { return "" }
        return authority[...at]
    }

    var text: String {
        var text = path
        let slashes = path.utf8.starts(with: "//".utf8)
        if !authority.isEmpty || (!scheme.isEmpty && !slashes) {
            if !path.isEmpty && path.utf8.first != 0x2F { text = "/" + text }
            text = "//" + authority + text
        }
        if !scheme.isEmpty { text = scheme + ":" + text }
        if !query.isEmpty { text += "?" + query }
        if !fragment.isEmpty { text += "#" + fragment }
        return text
    }

    private static func isScheme(_ text: Substring.UnicodeScalarView) -> Bool {
        guard let first = text.first, first.isASCII, first.properties.isAlphabetic else { return false }
        return text.allSatisfy { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "+-.".unicodeScalars.contains(scalar))
        }
    }

    private static func cut(_ text: Substring, at separator: Unicode.Scalar) -> (Substring, String) {
        guard let index = text.unicodeScalars.firstIndex(of: separator) else { return (text, "") }
        return (text[..<index], String(text[text.unicodeScalars.index(after: index)...]))
    }
}
