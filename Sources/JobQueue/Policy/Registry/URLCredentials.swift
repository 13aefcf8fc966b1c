/// User and password that somebody left in a URL: whoever looks at jobs need not read them.
public enum URLCredentials {
    /// The text with `scheme://user:password@` cut to `scheme://`, wherever a URL stands in it.
    ///
    /// By bytes, all delimiters being ASCII: characters are compared by their meaning, for which a stranger's long run of marks
    /// takes minutes.
    public static func removed(from text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "@")) else { return text }
        let bytes = Array(text.utf8)
        var kept: [UInt8] = []
        var index = 0
        while index < bytes.count {
            kept.append(bytes[index])
            index += 1
            guard kept.suffix(3).elementsEqual(mark) else { continue }
            let end = bytes[index...].firstIndex(where: endsAuthority) ?? bytes.count
            if let at = bytes[index..<end].lastIndex(of: UInt8(ascii: "@")) { index = at + 1 }
        }
        return String(decoding: kept, as: UTF8.self)
    }

    private static let mark = Array("://".utf8)
    private static let delimiters = Array("/?#\"'<>".utf8)

    private static func endsAuthority(_ byte: UInt8) -> Bool { byte <= 0x20 || delimiters.contains(byte) }
}
