/// Points for one upsert in the columnar form, `{"batch":{"ids":[..],"vectors":[..],"payloads":[..]}}`, the cheapest for
/// both sides. Vectors are copied as text.
struct PointBatch {
    static let pointLimit = 128

    var ids: [String] = []
    var vectors: [EmbeddedVector] = []
    var payloads: [Payload] = []
    /// How the server makes each point's second vector of its text; nil = points have one vector.
    let keywords: KeywordVectors?
    private var texts: [String] = []

    init(keywords: KeywordVectors? = nil) { self.keywords = keywords }

    /// - Parameter text: the chunk's, for the server to make the keyword vector of.
    mutating func append(_ id: String, _ vector: EmbeddedVector, _ payload: Payload, text: String) {
        ids.append(id)
        vectors.append(vector)
        payloads.append(payload)
        if keywords != nil { texts.append(text) }
    }

    var body: [UInt8] {
        var json = JSONText(reserving: vectors.reduce(0) { $0 + $1.range.count + 2048 })
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
