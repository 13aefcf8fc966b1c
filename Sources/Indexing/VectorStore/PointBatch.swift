/// Points for one upsert in the columnar form, `{"batch":{"ids":[..],"vectors":[..],"payloads":[..]}}`, the cheapest for
/// both sides. Vectors are copied as text.
struct PointBatch: Sendable {
    private(set) var ids: [String] = []
    private(set) var vectors: [EmbeddedVector] = []
    private(set) var payloads: [Payload] = []

    /// How the server makes each point's second vector of its text; nil = points have one vector.
    let keywords: KeywordVectors?
    private var texts: [String] = []
    private(set) var size = RequestSize()

    init(keywords: KeywordVectors? = nil) { self.keywords = keywords }

    /// The points of several batches, none of them copied but for its place in the list. All go to one collection, so that
    /// all have the same vectors.
    init(joining batches: [PointBatch]) {
        self = batches.first ?? PointBatch()
        for batch in batches.dropFirst() {
            ids += batch.ids
            vectors += batch.vectors
            payloads += batch.payloads
            texts += batch.texts
            size = size + batch.size
        }
    }

    /// - Parameters:
    ///   - payloadBytes: how many the payload will take, roughly.
    ///   - text: the chunk's, for the server to make the keyword vector of.
    mutating func append(
        _ id: String, _ vector: EmbeddedVector, _ payload: Payload, payloadBytes: Int, text: @autoclosure () -> String
    ) {
        ids.append(id)
        vectors.append(vector)
        payloads.append(payload)
        if keywords != nil { texts.append(text()) }
        size = size + RequestSize(points: 1, bytes: vector.range.count + payloadBytes)
    }

    var body: [UInt8] {
        var json = JSONText(reserving: size.bytes + size.bytes / 8)
        json.raw(#"{"batch":{"ids":"#)
        json.strings(ids)
        json.raw(#","vectors":"#)
        if let keywords {
            // Beside a named vector the one without a name is called "".
            json.raw(#"{"":"#)
            json.list(vectors) { $0.raw($1.bytes) }
            json.raw(",")
            json.string(KeywordIndex.vector)
            json.raw(":")
            json.list(texts) { keywords.write($1, into: &$0) }
            json.raw("}")
        } else {
            json.list(vectors) { $0.raw($1.bytes) }
        }
        json.raw(#","payloads":"#)
        json.list(payloads) { $1.write(into: &$0) }
        json.raw("}}")
        return json.bytes
    }
}
