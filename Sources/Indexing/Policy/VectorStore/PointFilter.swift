/// Qdrant's filter, as far as it is used: fields that have given values.
struct PointFilter: Equatable, Sendable {
    /// All of these.
    var must = Payload()
    /// And without this field.
    var lackingField: String?
    /// And one of these, if there are any.
    var should = Payload()
    /// And not this named vector.
    var lackingVector: String?

    func write(into json: inout JSONText) {
        json.raw(#"{"must":"#)
        Self.write(must, lacking: lackingField, into: &json)
        if !should.fields.isEmpty {
            json.raw(#","should":"#)
            Self.write(should, lacking: nil, into: &json)
        }
        if let lackingVector {
            json.raw(#","must_not":[{"has_vector":"#)
            json.string(lackingVector)
            json.raw("}]")
        }
        json.raw("}")
    }

    private static func write(_ fields: Payload, lacking: String?, into json: inout JSONText) {
        let conditions =
            fields.fields.map { ($0.name, $0.value as Payload.Value?) } + (lacking.map { [($0, nil)] } ?? [])
        json.list(conditions) { json, condition in
            guard let value = condition.1 else {
                json.raw(#"{"is_empty":{"key":"#)
                json.string(condition.0)
                return json.raw("}}")
            }
            json.raw(#"{"key":"#)
            json.string(condition.0)
            json.raw(#","match":{"value":"#)
            Payload.write(value, into: &json)
            json.raw("}}")
        }
    }
}
