/// Points without `chunker` are the replaced product's: every point of ours carries it.
extension VectorStore {
    private static let withoutChunker: StaticString = #"{"is_empty":{"key":"chunker"}}"#

    /// Exactly how many there are.
    func countOldPoints() async throws(CallFailure) -> Int {
        var json = JSONText()
        json.raw(#"{"filter":{"must":["#)
        json.raw(Self.withoutChunker)
        json.raw(#"]},"exact":true}"#)
        let answer: CountAnswer = try parse(try await ask("/points/count", json.bytes), "a count")
        return answer.count
    }

    /// One page of those with this canonical URL.
    func oldPoints(_ canonical: String, from offset: PointName?) async throws(CallFailure) -> ScrollAnswer {
        var json = JSONText()
        json.raw(#"{"filter":{"must":[{"key":"canonical_url","match":{"value":"#)
        json.string(canonical)
        json.raw("}},")
        json.raw(Self.withoutChunker)
        json.raw(#"]},"with_payload":["url","content_id"],"with_vector":false,"limit":"#)
        json.integer(PointUpdate.idsPerRequest)
        if let offset {
            json.raw(#","offset":"#)
            offset.write(into: &json)
        }
        json.raw("}")
        return try parse(try await ask("/points/scroll", json.bytes), "a page of points")
    }
}
