/// What a point of the replaced product says of itself.
struct OldPointPayload: Decodable {
    var url: String?
    var content_id: Int?

    private enum CodingKeys: String, CodingKey, CaseIterable { case url, content_id }

    static let fields = CodingKeys.allCases.map(\.rawValue)

    /// A field in another shape counts as missing.
    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        url = try? fields.decode(String.self, forKey: .url)
        content_id = try? fields.decode(Int.self, forKey: .content_id)
    }
}

/// Points without `chunker` are the replaced product's: every point of ours carries it.
extension VectorStore {
    /// Exactly how many there are.
    func countOldPoints() async throws(CallFailure) -> Int { try await count(PointFilter(empty: "chunker")) }

    /// Those with this canonical URL.
    func oldPoints(_ canonical: String) -> PointPages<OldPointPayload> {
        var url = Payload()
        url.set("canonical_url", .string(canonical))
        return PointPages(self, PointFilter(must: url, empty: "chunker"), fields: OldPointPayload.fields)
    }
}
