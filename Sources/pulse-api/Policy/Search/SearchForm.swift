/// `POST /api/search`, checked.
struct SearchForm: Equatable, Sendable {
    enum Mode: String, CaseIterable, Sendable {
        case hybrid, semantic, keyword, bm25
    }

    struct Filters: Equatable, Sendable {
        var domain: String?
        var language: String?
        var country: String?
        var isMobile: Bool?
    }

    var query: String
    var mode: Mode
    var limit: Int
    var offset: Int
    var filters: Filters

    /// In characters as Python counts them, so that no spelling of them has more bytes than a search may have.
    static let longestQuery = 2048

    static func read(_ body: JSONValue) -> Result<SearchForm, Invalid> {
        var fields = FieldReader(body)
        guard fields.problems.isEmpty else { return .failure(Invalid(fields.problems)) }
        let query = fields.requiredText("query")
        if query.unicodeScalars.count > longestQuery {
            fields.note("string_too_long", "query", "String should have at most \(longestQuery) characters")
        } else if !query.isEmpty, query.unicodeScalars.allSatisfy(\.properties.isWhitespace) {
            fields.note("string_too_short", "query", "String should have at least 1 character that is no blank")
        }
        var mode = Mode.hybrid
        if let text = fields.text("mode") {
            if let known = Mode.allCases.first(where: { $0.rawValue.utf8.elementsEqual(text.utf8) }) {
                mode = known
            } else {
                fields.note("enum", "mode", "Input should be 'hybrid', 'semantic', 'keyword' or 'bm25'")
            }
        }
        let limit = fields.number("limit", 1...100) ?? 10
        let offset = fields.number("offset", 0...1000) ?? 0
        var filters = Filters()
        var problems = fields.problems
        if let value = fields.find(["filters"])?.value, value != .null {
            var inner = FieldReader(value, at: [.name("filters")])
            if inner.problems.isEmpty {
                filters = Filters(
                    domain: inner.text("domain"), language: inner.text("language"), country: inner.text("country"),
                    isMobile: inner.flag("isMobile", "is_mobile"))
            }
            problems += inner.problems
        }
        guard problems.isEmpty else { return .failure(Invalid(problems)) }
        return .success(SearchForm(query: query, mode: mode, limit: limit, offset: offset, filters: filters))
    }
}
