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

    /// Some terminals obey DEL and the controls above it, and all those of a text's direction; JSON has them in strings alone.
    private static func escaped(_ json: [UInt8]) -> [UInt8] {
        // What begins with none of these holds none of them.
        guard json.contains(where: { $0 == 0x7F || $0 == 0xC2 || $0 == 0xE2 }) else { return json }
        var escaped: [UInt8] = []
        escaped.reserveCapacity(json.count)
        for scalar in String(decoding: json, as: UTF8.self).unicodeScalars {
            if scalar.isForeignControl {
                let digits = String(scalar.value, radix: 16)
                escaped += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
            } else {
                escaped += UTF8.encode(scalar)?.map { $0 } ?? []
            }
        }
        return escaped
    }

    /// With the line's end; nothing when it cannot be written.
    package static func line(_ value: some Encodable) -> [UInt8] {
        (try? text(value)).map { $0 + [UInt8(ascii: "\n")] } ?? []
    }
}
