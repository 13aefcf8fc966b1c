/// A point of a query's answer.
struct HitAnswer: Decodable {
    var id: PointName
    var score: Double
    var payload: HitPayload?

    var hit: SearchHit {
        SearchHit(
            id: id.text, score: score, url: payload?.url ?? "", canonicalURL: payload?.canonicalURL,
            domain: payload?.domain, title: payload?.title, description: payload?.description,
            text: payload?.text ?? "", headings: payload?.headings, language: payload?.language,
            country: payload?.country, isMobile: payload?.isMobile, chunkIndex: payload?.chunkIndex,
            tokenCount: payload?.tokenCount, contentID: payload?.contentID, payload: payload?.all ?? [:])
    }
}

/// A field that somebody else wrote in another shape counts as missing: it must not spoil the answer.
struct HitPayload: Decodable {
    var url, canonicalURL, domain, title, description, text, language, country: String?
    var headings: [String]?
    var isMobile: Bool?
    var chunkIndex, tokenCount, contentID: Int?
    /// Without our state.
    var all: [String: PayloadValue]

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: SearchHit.CodingKeys.self)
        func read<Value: Decodable>(_ key: SearchHit.CodingKeys) -> Value? {
            try? fields.decode(Value.self, forKey: key)
        }
        (url, canonicalURL, domain) = (read(.url), read(.canonicalURL), read(.domain))
        (title, description, text) = (read(.title), read(.description), read(.text))
        (language, country, isMobile) = (read(.language), read(.country), read(.isMobile))
        (headings, chunkIndex) = (read(.headings), read(.chunkIndex))
        (tokenCount, contentID) = (read(.tokenCount), read(.contentID))
        let whole = (try? decoder.singleValueContainer().decode([String: PayloadValue].self)) ?? [:]
        all = whole.filter { !PayloadValue.internals.contains($0.key) }
    }
}

/// `POST /collections/{c}/points/query`.
struct QueryAnswer: Decodable { var points: [HitAnswer] }

/// `POST /collections/{c}/points/query/groups`.
struct GroupsAnswer: Decodable {
    struct Group: Decodable { var hits: [HitAnswer] }

    var groups: [Group]
}
