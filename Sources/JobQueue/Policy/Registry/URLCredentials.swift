/// User and password that somebody left in a URL: whoever looks at jobs need not read them.
public enum URLCredentials {
    /// The text with `scheme://user:password@` cut to `scheme://`, wherever a URL stands in it.
    public static func removed(from text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "@")) else { return text }
        var kept = ""
        var rest = text[...]
        while let mark = rest.firstRange(of: "://") {
            kept += rest[..<mark.upperBound]
            rest = rest[mark.upperBound...]
            let authority = rest.prefix { !$0.isWhitespace && !"/?#\"'<>".contains($0) }
            if let at = authority.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        }
        return kept + rest
    }
}
