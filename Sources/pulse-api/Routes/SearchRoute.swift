import HTTPServing
import Indexing

/// `POST /api/search`.
struct SearchRoute: Sendable {
    let indexer: Indexer

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let form: SearchForm
        do throws(JSONParser.Problem) {
            switch SearchForm.read(try JSONParser.parse(request.body)) {
            case .success(let read): form = read
            case .failure(let invalid): return .invalid(invalid)
            }
        } catch {
            return .invalid(Invalid([ValidationProblem(error)]))
        }
        do throws(IndexingFailure) {
            return .json(200, Self.json(try await indexer.search(Self.request(form)), form))
        } catch {
            return .failed(error)
        }
    }

    /// A page that matches both ways stands in the answer once.
    private static func request(_ form: SearchForm) -> SearchRequest {
        SearchRequest(
            form.query, mode: mode(form.mode),
            filter: SearchFilter(
                domain: form.filters.domain, language: form.filters.language, country: form.filters.country,
                isMobile: form.filters.isMobile),
            limit: form.limit, offset: form.offset, onePerPage: form.mode == .hybrid)
    }

    private static func mode(_ mode: SearchForm.Mode) -> SearchMode {
        switch mode {
        case .hybrid: .hybrid
        case .semantic: .semantic
        case .keyword, .bm25: .keyword
        }
    }

    private static func json(_ answer: SearchAnswer, _ form: SearchForm) -> JSONValue {
        // The word that was asked for, unless the server could not do it.
        let used = answer.mode == mode(form.mode) ? form.mode.rawValue : answer.mode.rawValue
        return [
            "results": .array(answer.hits.map(json)), "total": .integer(answer.hits.count),
            "query": .string(form.query), "mode": .string(used),
        ]
    }

    private static func json(_ hit: SearchHit) -> JSONValue {
        [
            "id": hit.contentID.map(JSONValue.integer) ?? .string(hit.id), "url": .string(hit.url),
            "title": JSONValue(hit.title), "description": JSONValue(hit.description), "text": .string(hit.text),
            "score": .number(hit.score),
            "metadata": .object(
                hit.payload.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, JSONValue($0.value)) }),
        ]
    }
}

extension JSONValue {
    init(_ value: PayloadValue) {
        switch value {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .integer(let number): self = .integer(number)
        case .number(let number): self = .number(number)
        case .string(let text): self = .string(text)
        case .list(let items): self = .array(items.map { JSONValue($0) })
        case .object(let members):
            self = .object(members.sorted { $0.key < $1.key }.map { Member($0.key, JSONValue($0.value)) })
        }
    }
}

extension HTTPResponse {
    /// The cause without the address it was met at.
    static func failed(_ failure: IndexingFailure) -> HTTPResponse {
        switch failure {
        case .unavailable(let service, let fault), .configuration(let service, let fault):
            .unavailable("\(service): \(PublicReason.text(fault.reason))")
        case .permanent(let reason):
            .invalid(Invalid([ValidationProblem("value_error", at: [], PublicReason.text(reason))]))
        case .cancelled: .unavailable("The search was cancelled: the API is stopping")
        }
    }
}
