/// Points for one upsert in the columnar form, `{"batch":{"ids":[..],"vectors":[..],"payloads":[..]}}`, the cheapest for
/// both sides. Vectors are copied as text.
struct PointBatch: Sendable {
    private(set) var ids: [String] = []
    private(set) var vectors: [EmbeddedVector] = []
    private(set) var payloads: [Payload] = []

    private(set) var size = RequestSize()
    /// How the server makes each point's second vector of its text; nil = points have one vector.
    private let keywords: KeywordVectors?
    private var texts: [String] = []

    init(keywords: KeywordVectors? = nil) { self.keywords = keywords }

    /// The points of several batches, none of them copied but for its place in the list.
    init(joining batches: [PointBatch]) {
        guard var joined = batches.first else {
            self.init()
            return
        }
        for batch in batches.dropFirst() {
            joined.ids += batch.ids
            joined.vectors += batch.vectors
            joined.payloads += batch.payloads
            joined.texts += batch.texts
            joined.size = joined.size + batch.size
        }
        self = joined
    }

    /// - Parameters:
    ///   - text: the chunk's, for the server to make the keyword vector of.
    ///   - size: what it adds to a request, roughly.
    mutating func append(
        _ id: String, _ vector: EmbeddedVector, _ payload: Payload, text: String, size added: RequestSize
    ) {
        ids.append(id)
        vectors.append(vector)
        payloads.append(payload)
        if keywords != nil { texts.append(text) }
        size = size + added
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
