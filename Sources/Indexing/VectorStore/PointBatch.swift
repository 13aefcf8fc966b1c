/// Points for one upsert in the columnar form, `{"batch":{"ids":[..],"vectors":[..],"payloads":[..]}}`, the cheapest for
/// both sides. Vectors are copied as text.
struct PointBatch {
    static let pointLimit = 128

    var ids: [String] = []
    var vectors: [EmbeddedVector] = []
    var payloads: [Payload] = []

    mutating func append(_ id: String, _ vector: EmbeddedVector, _ payload: Payload) {
        ids.append(id)
        vectors.append(vector)
        payloads.append(payload)
    }

    var body: [UInt8] {
        var json = JSONText(reserving: vectors.reduce(0) { $0 + $1.range.count + 2048 })
        json.raw(#"{"batch":{"ids":"#)
        json.strings(ids)
        json.raw(#","vectors":"#)
        json.list(vectors) { $0.raw($1.bytes) }
        json.raw(#","payloads":"#)
        json.list(payloads) { $1.write(into: &$0) }
        json.raw("}}")
        return json.bytes
    }
}
