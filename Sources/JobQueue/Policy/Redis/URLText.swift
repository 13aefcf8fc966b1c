/// The small parts of a URL: what is a number, a host, an escaped text.
enum URLText {
    /// Digits alone: `Int` takes a sign too, which nobody means.
    static func number(_ text: String) -> Int? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }

    /// What a name or a bare IPv6 address can be; brackets would be read as the ends of one.
    static func isHost(_ text: String) -> Bool {
        !text.isEmpty && !text.unicodeScalars.contains { isUnprintable($0) || $0 == "[" || $0 == "]" }
    }

    /// Escapes for bytes that are not UTF-8 are refused: mended, they would be another path or password.
    static func decoded(_ text: String) throws(RedisURLError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            guard digits.count == 2 else { throw .escape }
            bytes.append(UInt8(digits[0] << 4 | digits[1]))
            rest = rest.dropFirst(2)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else { throw .notText }
        return decoded
    }

    /// A path as a URL holds it: nothing that would end it, be read as something else or begin a new line.
    static func encoded(_ path: String) -> String {
        var text = ""
        for scalar in path.unicodeScalars {
            guard isUnprintable(scalar) || "%?#@".unicodeScalars.contains(scalar) else {
                text.unicodeScalars.append(scalar)
                continue
            }
            for byte in String(scalar).utf8 { text += (byte < 0x10 ? "%0" : "%") + String(byte, radix: 16) }
        }
        return text
    }

    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || [.control, .format].contains(scalar.properties.generalCategory)
    }
}
