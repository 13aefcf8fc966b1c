internal import FoundationEssentials

/// How everything is written that others read: one line of JSON, keys in order.
package enum JSONLine {
    /// Without the line's end.
    /// - Throws: what the encoder throws.
    package static func text(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return escaped(Array(try encoder.encode(value)))
    }

    /// DEL and the controls above it stand in strings alone, and some terminals obey them.
    private static func escaped(_ json: [UInt8]) -> [UInt8] {
        var escaped: [UInt8] = []
        escaped.reserveCapacity(json.count)
        for byte in json {
            if byte == 0x7F {
                escaped += #"\u007f"#.utf8
            } else if escaped.last == 0xC2, (0x80...0x9F).contains(byte) {
                escaped.removeLast()
                escaped += "\\u00\(String(byte, radix: 16))".utf8
            } else {
                escaped.append(byte)
            }
        }
        return escaped
    }

    /// With the line's end; nothing when it cannot be written.
    package static func line(_ value: some Encodable) -> [UInt8] {
        (try? text(value)).map { $0 + [UInt8(ascii: "\n")] } ?? []
    }
}
