/// A page of `POST /collections/{c}/points/scroll`.
struct PointPage<Payload: Decodable>: Decodable {
    struct Point: Decodable {
        var id: PointName
        var payload: Payload?
    }

    var points: [Point]
    /// Where the next page begins; nil after the last.
    var next_page_offset: PointName?
}

/// Reads the points that pass a filter, a page at a time.
struct PointPages<Payload: Decodable>: Sendable {
    private let store: VectorStore
    private let filter: PointFilter
    private let fields: [String]
    private var offset: PointName?
    private var isDone = false

    /// - Parameter fields: of the payload, those that are wanted.
    init(_ store: VectorStore, _ filter: PointFilter, fields: [String]) {
        (self.store, self.filter, self.fields) = (store, filter, fields)
    }

    /// - Returns: nil after the last page.
    mutating func next() async throws(CallFailure) -> [PointPage<Payload>.Point]? {
        if isDone { return nil }
        let page: PointPage<Payload> = try await store.page(filter, fields: fields, from: offset)
        // A server that names the page it has just given would be asked for ever.
        isDone = page.next_page_offset == nil || page.next_page_offset == offset
        offset = page.next_page_offset
        return page.points
    }
}

private struct CountAnswer: Decodable { var count: Int }

extension VectorStore {
    static let pageSize = 1000

    /// One page of the points that pass the filter, in the order of their ids.
    ///
    /// - Parameter fields: of the payload, those that are wanted.
    fileprivate func page<Payload>(
        _ filter: PointFilter, fields: [String], from offset: PointName?
    ) async throws(CallFailure) -> PointPage<Payload> {
        var json = JSONText()
        json.raw(#"{"filter":"#)
        filter.write(into: &json)
        json.raw(#","limit":"#)
        json.integer(Self.pageSize)
        json.raw(#","with_vector":false,"with_payload":"#)
        json.strings(fields)
        if let offset {
            json.raw(#","offset":"#)
            offset.write(into: &json)
        }
        json.raw("}")
        return try parse(try await ask("/points/scroll", json.bytes), "a page of points")
    }

    /// Exactly how many points pass.
    func count(_ filter: PointFilter) async throws(CallFailure) -> Int {
        var json = JSONText()
        json.raw(#"{"exact":true,"filter":"#)
        filter.write(into: &json)
        json.raw("}")
        let answer: CountAnswer = try parse(try await ask("/points/count", json.bytes), "a count")
        return answer.count
    }
}
