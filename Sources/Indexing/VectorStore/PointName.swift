/// A point's id. Ours are UUIDs; somebody else's may be numbers.
enum PointName: Hashable, Sendable, Decodable {
    case uuid(String)
    case number(UInt64)

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
            self = .uuid(text)
        } else {
            self = .number(try value.decode(UInt64.self))
        }
    }

    /// The id of a document's chunk.
    init(identity: String, ordinal: Int) { self = .uuid(PointID.of(identity: identity, ordinal: ordinal)) }

    /// As a person reads it.
    var text: String {
        switch self {
        case .uuid(let text): text
        case .number(let number): "\(number)"
        }
    }

    func write(into json: inout JSONText) {
        switch self {
        case .uuid(let text): json.string(text)
        case .number(let number): json.raw(ArraySlice("\(number)".utf8))
        }
    }
}
