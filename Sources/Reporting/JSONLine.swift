internal import FoundationEssentials

/// How everything is written that leaves by the status socket: one line of JSON, keys in order.
enum JSONLine {
    /// Without the line's end.
    /// - Throws: what the encoder throws.
    static func text(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// With the line's end; nothing when it cannot be written.
    static func line(_ value: some Encodable) -> [UInt8] { (try? text(value)).map { $0 + [UInt8(ascii: "\n")] } ?? [] }
}
