/// Points without `chunker` are the replaced product's: every point of ours carries it.
extension PointFilter {
    static let old = PointFilter(lackingField: "chunker")

    /// Those with this canonical URL.
    static func old(_ canonical: String) -> PointFilter {
        var filter = old
        filter.must.set("canonical_url", .string(canonical))
        return filter
    }
}

extension VectorStore {
    /// One page of the old points with this canonical URL.
    func oldPoints(_ canonical: String, from offset: PointName?) async throws(CallFailure) -> OldPointsAnswer {
        var json = JSONText()
        json.raw(#"{"filter":"#)
        PointFilter.old(canonical).write(into: &json)
        json.raw(#","with_payload":["url","content_id"],"with_vector":false,"limit":"#)
        json.integer(PointUpdate.idsPerRequest)
        if let offset {
            json.raw(#","offset":"#)
            offset.write(into: &json)
        }
        json.raw("}")
        return try parse(try await ask("/points/scroll", json.bytes), "a page of points")
    }
}
