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

    /// Members that are written already, without the braces around them: many payloads begin with the same ones.
    private var written: [UInt8] = []
    /// Those that are not written yet.
    private(set) var fields: [(name: StaticString, value: Value)] = []

    /// The same payload, written once: what is made from it by adding fields copies bytes.
    var prepared: Payload {
        var json = JSONText()
        writeMembers(into: &json)
        var payload = Payload()
        payload.written = json.bytes
        return payload
    }

    static func == (left: Payload, right: Payload) -> Bool { left.prepared.written == right.prepared.written }

    /// - Parameter name: stands in the JSON as it is.
    mutating func set(_ name: StaticString, _ value: Value) { fields.append((name, value)) }
    mutating func set(_ name: StaticString, _ text: String?) { set(name, text.map(Value.string) ?? .null) }

    /// Room for so many more fields.
    mutating func reserve(_ count: Int) { fields.reserveCapacity(fields.count + count) }

    /// Bytes of its texts as JSON; names, numbers and punctuation are small beside them.
    var size: Int {
        fields.reduce(written.count) { sum, field in
            switch field.value {
            case .string(let text): sum + JSONText.size(of: text)
            case .strings(let texts): texts.reduce(sum) { $0 + JSONText.size(of: $1) }
            case .null, .integer, .bool, .integers: sum
            }
        }
    }

    func write(into json: inout JSONText) {
        json.raw("{")
        writeMembers(into: &json)
        json.raw("}")
    }

    private func writeMembers(into json: inout JSONText) {
        json.raw(written[...])
        var isFirst = written.isEmpty
        for field in fields {
            if !isFirst { json.raw(",") }
            isFirst = false
            json.raw("\"")
            json.raw(field.name)
            json.raw("\":")
            Self.write(field.value, into: &json)
        }
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
