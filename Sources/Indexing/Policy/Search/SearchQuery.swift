/// The bodies of `POST /collections/{c}/points/query` and `/points/query/groups`.
struct SearchQuery: Sendable {
    /// One way of ranking.
    enum Side: Equatable, Sendable {
        case vector(EmbeddedVector)
        case words(KeywordIndex, KeywordVectors)
    }

    let request: SearchRequest

    /// One ranking.
    ///
    /// - Parameter count: how many, and how many of them to leave out; nil = as many as the request asks for.
    func ranked(by side: Side, candidates: Int? = nil) -> [UInt8] {
        var json = JSONText()
        json.raw("{")
        write(side, into: &json)
        writeFilter(into: &json)
        finish(&json, candidates: candidates)
        return json.bytes
    }

    /// Several rankings, fused by the server, which counts ranks from 0.
    func fused(_ sides: [Side], k: Int) -> [UInt8] {
        var json = JSONText()
        json.raw(#"{"prefetch":"#)
        json.list(sides) { json, side in
            json.raw("{")
            write(side, into: &json)
            writeFilter(into: &json)
            json.raw(#","limit":"#)
            json.integer(request.candidates)
            json.raw("}")
        }
        json.raw(#","query":{"rrf":{"k":"#)
        json.integer(k + 1)
        json.raw("}}")
        finish(&json, candidates: nil)
        return json.bytes
    }

    private func write(_ side: Side, into json: inout JSONText) {
        switch side {
        case .vector(let vector):
            json.raw(#""query":"#)
            json.raw(vector.bytes)
        case .words(.textIndex, _):
            json.raw(#""query":{"text":"#)
            json.string(request.text)
            json.raw(#"},"using":"#)
            json.string(KeywordIndex.field)
        case .words(.sparseVector, let vectors):
            json.raw(#""query":"#)
            vectors.write(request.text, into: &json)
            json.raw(#","using":"#)
            json.string(KeywordIndex.vector)
        }
    }

    private func writeFilter(into json: inout JSONText) {
        let filter = request.filter
        var fields = Payload()
        if let domain = filter.domain { fields.set("domain", .string(domain.lowercased())) }
        if let language = filter.language { fields.set("language", .string(language)) }
        if let country = filter.country { fields.set("country", .string(country)) }
        if let isMobile = filter.isMobile { fields.set("isMobile", .bool(isMobile)) }
        if fields.fields.isEmpty { return }
        json.raw(#","filter":"#)
        PointFilter(must: fields).write(into: &json)
    }

    /// Groups know no offset: what is before it is asked for as well.
    private func finish(_ json: inout JSONText, candidates: Int?) {
        if candidates == nil, request.onePerPage {
            json.raw(#","group_by":"canonical_url","group_size":1,"limit":"#)
            json.integer(request.offset + request.limit)
        } else {
            json.raw(#","limit":"#)
            json.integer(candidates ?? request.limit)
            if candidates == nil, request.offset > 0 {
                json.raw(#","offset":"#)
                json.integer(request.offset)
            }
        }
        json.raw(#","with_payload":true}"#)
    }
}
