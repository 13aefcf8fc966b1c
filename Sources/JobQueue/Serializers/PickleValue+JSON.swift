/// The same values as JSON: what `json.dumps` and `json.loads` make of them, so a tuple becomes an array.
extension PickleValue: Codable {
    private struct DictKey: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public init(from decoder: any Decoder) throws {
        if let dict = try? decoder.container(keyedBy: DictKey.self) {
            self = .dict(try dict.allKeys.map { Entry($0.stringValue, try dict.decode(PickleValue.self, forKey: $0)) })
        } else if var list = try? decoder.unkeyedContainer() {
            var items: [PickleValue] = []
            while !list.isAtEnd { items.append(try list.decode(PickleValue.self)) }
            self = .list(items)
        } else {
            let single = try decoder.singleValueContainer()
            if single.decodeNil() {
                self = .none
            } else if let text = try? single.decode(String.self) {
                self = .string(text)
            } else if let flag = try? single.decode(Bool.self) {
                self = .bool(flag)
            } else if let number = try? single.decode(Int.self) {
                self = .int(number)
            } else {
                self = .double(try single.decode(Double.self))
            }
        }
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .none:
            var single = encoder.singleValueContainer()
            try single.encodeNil()
        case .bool(let flag): try flag.encode(to: encoder)
        case .int(let number): try number.encode(to: encoder)
        case .double(let number): try number.encode(to: encoder)
        case .string(let text): try text.encode(to: encoder)
        case .bytes(let bytes): try bytes.encode(to: encoder)
        case .list(let items), .tuple(let items): try items.encode(to: encoder)
        case .dict(let entries):
            var dict = encoder.container(keyedBy: DictKey.self)
            for entry in entries { try dict.encode(entry.value, forKey: DictKey(stringValue: entry.key)) }
        }
    }
}
