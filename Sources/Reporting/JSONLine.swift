internal import FoundationEssentials

/// How everything is written that others read: one line of JSON, keys in order.
package enum JSONLine {
    /// Without the line's end.
    /// - Throws: what the encoder throws.
    package static func text(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// With the line's end; nothing when it cannot be written.
    package static func line(_ value: some Encodable) -> [UInt8] {
        (try? text(value)).map { $0 + [UInt8(ascii: "\n")] } ?? []
    }
}
