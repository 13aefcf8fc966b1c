/// By what a search ranks.
public enum SearchMode: String, Sendable, CaseIterable, Codable {
    /// By meaning and by words, the two ranks fused.
    case hybrid
    /// By the cosine of the texts' vectors.
    case semantic
    /// By the words themselves (BM25).
    case keyword
}

/// What is looked for.
public struct SearchRequest: Sendable, Equatable {
    /// Largest text, in bytes.
    public static let textLimit = 8192
    public static let limits = 1...100
    /// Ranks are made of a bounded number of candidates; nobody reads on page one hundred.
    public static let offsets = 0...1000

    public var text: String
    public var mode: SearchMode
    public var filter: SearchFilter
    /// How many hits.
    public var limit: Int
    /// How many of the best are left out.
    public var offset: Int
    /// Only the best chunk of each page.
    public var onePerPage: Bool

    public init(
        _ text: String, mode: SearchMode = .hybrid, filter: SearchFilter = SearchFilter(), limit: Int = 5,
        offset: Int = 0, onePerPage: Bool = false
    ) {
        self.text = text
        self.mode = mode
        self.filter = filter
        self.limit = limit
        self.offset = offset
        self.onePerPage = onePerPage
    }

    /// What is wrong with it; nil = nothing.
    public var problem: String? {
        if text.unicodeScalars.allSatisfy(\.properties.isWhitespace) { return "the text to look for is empty" }
        if text.utf8.count > Self.textLimit {
            return "the text to look for has \(text.utf8.count) bytes, at most \(Self.textLimit) are allowed"
        }
        if !Self.limits.contains(limit) { return "the limit is a number from 1 to 100, not \(limit)" }
        if !Self.offsets.contains(offset) { return "the offset is a number from 0 to 1000, not \(offset)" }
        return nil
    }

    /// How many of each ranking are fused. It moves in large steps, so that the next page is one of the same fusion.
    var candidates: Int {
        let wanted = (offset + limit) * (onePerPage ? 4 : 1)
        return (wanted + 199) / 200 * 200
    }
}

/// Which chunks come into question; nil = any.
public struct SearchFilter: Sendable, Equatable {
    /// Host, with the port if the URL has one.
    public var domain: String?
    public var language: String?
    public var country: String?
    public var isMobile: Bool?

    public init(domain: String? = nil, language: String? = nil, country: String? = nil, isMobile: Bool? = nil) {
        self.domain = domain
        self.language = language
        self.country = country
        self.isMobile = isMobile
    }
}
