/// Points for one upsert in the columnar form, `{"batch":{"ids":[..],"vectors":[..],"payloads":[..]}}`, the cheapest for
/// both sides. Vectors are copied as text.
struct PointBatch: Sendable {
    private(set) var ids: [String] = []
    private(set) var vectors: [EmbeddedVector] = []
    private(set) var payloads: [Payload] = []

    private(set) var size = RequestSize()

    init() {}

    /// The points of several batches, none of them copied but for its place in the list.
    init(joining batches: [PointBatch]) {
        guard var joined = batches.first else { return }
        for batch in batches.dropFirst() {
            joined.ids += batch.ids
            joined.vectors += batch.vectors
            joined.payloads += batch.payloads
            joined.size = joined.size + batch.size
        }
        self = joined
    }

    /// - Parameter payloadBytes: how many the payload will take, roughly.
    mutating func append(_ id: String, _ vector: EmbeddedVector, _ payload: Payload, payloadBytes: Int) {
        ids.append(id)
        vectors.append(vector)
        payloads.append(payload)
        size = size + RequestSize(points: 1, bytes: vector.range.count + payloadBytes)
    }

    var body: [UInt8] {
        var json = JSONText(reserving: size.bytes + size.bytes / 8)
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
