/// A point's payload: names and values in the order they are written. A value that is missing is written as null, so
/// that setting a payload over an older one leaves nothing of it behind.
struct Payload: Equatable, Sendable {
    enum Value: Equatable, Sendable {
        case null
        case string(String)
        case integer(Int)
        case bool(Bool)
        case strings([String])
        case integers([Int])
    }

    private(set) var fields: [(name: String, value: Value)] = []

    static func == (left: Payload, right: Payload) -> Bool {
        left.fields.elementsEqual(right.fields) { $0.name == $1.name && $0.value == $1.value }
    }

    mutating func set(_ name: String, _ value: Value) { fields.append((name, value)) }
    mutating func set(_ name: String, _ text: String?) { set(name, text.map(Value.string) ?? .null) }
    mutating func append(_ other: Payload) { fields.append(contentsOf: other.fields) }

    /// Bytes of its texts as JSON; names, numbers and punctuation are small beside them.
    var size: Int {
        fields.reduce(0) { sum, field in
            switch field.value {
            case .string(let text): sum + JSONText.size(of: text)
            case .strings(let texts): texts.reduce(sum) { $0 + JSONText.size(of: $1) }
            case .null, .integer, .bool, .integers: sum
            }
        }
    }

    func write(into json: inout JSONText) {
        json.raw("{")
        for (index, field) in fields.enumerated() {
            if index > 0 { json.raw(",") }
            json.string(field.name)
            json.raw(":")
            Self.write(field.value, into: &json)
        }
        json.raw("}")
    }

    static func write(_ value: Value, into json: inout JSONText) {
        switch value {
        case .null: json.raw("null")
        case .string(let text): json.string(text)
        case .integer(let number): json.integer(number)
        case .bool(let flag): if flag { json.raw("true") } else { json.raw("false") }
        case .strings(let texts): json.strings(texts)
        case .integers(let numbers): json.list(numbers) { $0.integer($1) }
        }
    }
}
