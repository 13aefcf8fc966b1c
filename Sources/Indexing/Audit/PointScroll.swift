/// A page of `POST /collections/{c}/points/scroll`.
private struct ScrollAnswer: Decodable {
    struct Point: Decodable {
        var id: PointName
        var payload: Payload?
    }

    struct Payload: Decodable {
        var url, canonical_url, chunker, content_hash: String?
        var chunk_index, chunk_count, chunk_high: Int?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case url, canonical_url, chunker, content_hash, chunk_index, chunk_count, chunk_high
        }

        /// What is there in another shape is what a check looks for: it must not spoil the page.
        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            func read<Value: Decodable>(_ key: CodingKeys) -> Value? { try? fields.decode(Value.self, forKey: key) }
            (url, canonical_url, chunker) = (read(.url), read(.canonical_url), read(.chunker))
            (content_hash, chunk_index) = (read(.content_hash), read(.chunk_index))
            (chunk_count, chunk_high) = (read(.chunk_count), read(.chunk_high))
        }
    }

    var points: [Point]
    var next_page_offset: PointName?
}

private struct CountAnswer: Decodable { var count: Int }

/// A point as it was scrolled past: what a check wants to know, and the id as a request names it.
struct ScrolledPoint {
    var sighting: PointSighting
    var id: PointName
}

extension VectorStore {
    private static let pageSize = 1000

    /// Hands over the points that pass the filter, a page at a time, with the fields a check looks at.
    func scroll(_ filter: PointFilter, _ take: ([ScrolledPoint]) throws(CallFailure) -> Void) async throws(CallFailure)
    {
        var offset: PointName?
        repeat {
            var json = JSONText()
            json.raw(#"{"filter":"#)
            filter.write(into: &json)
            json.raw(#","limit":"#)
            json.integer(Self.pageSize)
            json.raw(#","with_vector":false,"with_payload":"#)
            json.strings(ScrollAnswer.Payload.CodingKeys.allCases.map(\.rawValue))
            if let offset {
                json.raw(#","offset":"#)
                offset.write(into: &json)
            }
            json.raw("}")
            let response = try await ask("/points/scroll", json.bytes)
            let page: ScrollAnswer = try parse(response, "a page of points")
            try take(page.points.map { ScrolledPoint(sighting: PointSighting($0), id: $0.id) })
            // A server that names the page it has just given would be asked for ever.
            guard page.next_page_offset?.text != offset?.text else { return }
            offset = page.next_page_offset
        } while offset != nil
    }

    func count(_ filter: PointFilter) async throws(CallFailure) -> Int {
        var json = JSONText()
        json.raw(#"{"exact":true,"filter":"#)
        filter.write(into: &json)
        json.raw("}")
        let answer: CountAnswer = try parse(try await ask("/points/count", json.bytes), "a count")
        return answer.count
    }
}

extension PointSighting {
    fileprivate init(_ point: ScrollAnswer.Point) {
        self.init(
            id: point.id.text, url: point.payload?.url, canonicalURL: point.payload?.canonical_url,
            ordinal: point.payload?.chunk_index, chunker: point.payload?.chunker,
            contentHash: point.payload?.content_hash, chunkCount: point.payload?.chunk_count,
            chunkHigh: point.payload?.chunk_high)
    }
}

extension PointFilter {
    /// All points that may be a document's, whoever wrote them.
    static func ofDocument(_ url: CanonicalURL) -> PointFilter {
        var either = Payload()
        either.set("canonical_url", .string(url.canonical))
        either.set("url", .string(url.identity))
        return PointFilter(should: either)
    }
}
