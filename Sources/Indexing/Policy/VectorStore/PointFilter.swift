/// Qdrant's filter, as far as it is used: fields that have given values.
struct PointFilter: Equatable, Sendable {
    /// All of these.
    var must = Payload()
    /// And one of these, if there are any.
    var should = Payload()
    /// And not this named vector.
    var lackingVector: String?

    func write(into json: inout JSONText) {
        json.raw(#"{"must":"#)
        Self.write(must, into: &json)
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

    private static func write(_ fields: Payload, into json: inout JSONText) {
        json.list(fields.fields) { json, field in
            json.raw(#"{"key":"#)
            json.string(field.name)
            json.raw(#","match":{"value":"#)
            Payload.write(field.value, into: &json)
            json.raw("}}")
        }
    }
}
