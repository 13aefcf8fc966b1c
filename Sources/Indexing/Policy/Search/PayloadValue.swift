/// A value of a point's payload, whoever wrote it.
public enum PayloadValue: Equatable, Sendable, Decodable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case list([PayloadValue])
    case object([String: PayloadValue])

    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let text = try? value.decode(String.self) {
            self = .string(text)
        } else if let number = try? value.decode(Int.self) {
            self = .integer(number)
        } else if let flag = try? value.decode(Bool.self) {
            self = .bool(flag)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let items = try? value.decode([PayloadValue].self) {
            self = .list(items)
        } else {
            self = .object(try value.decode([String: PayloadValue].self))
        }
    }

    /// What point 0 keeps of its document's state and how the chunk was cut: Pulse's own, of no use to a reader.
    static let internals: Set<String> = [
        "content_hash", "meta_hash", "chunk_count", "chunk_high", "total_tokens", "generation", "chunker",
    ]
}
