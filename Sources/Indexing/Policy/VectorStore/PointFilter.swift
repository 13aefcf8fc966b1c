/// Qdrant's filter, as far as it is used: fields that have given values.
struct PointFilter: Equatable, Sendable {
    /// All of these.
    var must = Payload()
    /// And one of these, if there are any.
    var should = Payload()
    /// And nothing in this field.
    var empty: String?
    /// And not this named vector.
    var lackingVector: String?

    func write(into json: inout JSONText) {
        json.raw(#"{"must":"#)
        Self.write(must, empty: empty, into: &json)
        if !should.fields.isEmpty {
            json.raw(#","should":"#)
            Self.write(should, into: &json)
        }
        if let lackingVector {
            json.raw(#","must_not":[{"has_vector":"#)
            json.string(lackingVector)
            json.raw("}]")
        }
        json.raw("}")
    }

    private static func write(_ fields: Payload, empty: String? = nil, into json: inout JSONText) {
        let conditions = fields.fields.map { Condition.equal($0.name, $0.value) }
        json.list(conditions + (empty.map { [.empty($0)] } ?? [])) { $1.write(into: &$0) }
    }

    private enum Condition {
        case equal(StaticString, Payload.Value)
        case empty(String)

        func write(into json: inout JSONText) {
            switch self {
            case .equal(let field, let value):
                json.raw(#"{"key":""#)
                json.raw(field)
                json.raw(#"","match":{"value":"#)
                Payload.write(value, into: &json)
            case .empty(let field):
                json.raw(#"{"is_empty":{"key":"#)
                json.string(field)
            }
            json.raw("}}")
        }
    }
}
