import HTTPServing
import Indexing
import JobQueue

/// Every route's answer.
struct Routes: Sendable {
    let index: IndexRoutes
    let firecrawl: FirecrawlRoute
    let search: SearchRoute
    let jobs: JobRoute
    let status: StatusRoutes
    let stats: StatsRoute
    let health: HealthRoutes
    let home: HomeRoute
    let document: OpenAPIRoute
    /// Around what asks Qdrant and TEI.
    let bulkhead: Bulkhead

    private static let unknown = HTTPResponse.detail(404, "Not Found")

    func answer(_ request: HTTPRequest, _ route: Endpoint.Route, _ argument: String?) async -> HTTPResponse {
        if route.asksRedis, let away = health.redisAway { return away }
        return switch route {
        case .index: await index.one(request)
        case .indexBatch: await index.several(request)
        case .firecrawl: await firecrawl.answer(request)
        case .search: await bulkhead.within { await search.answer(request) }
        case .jobs: await status.jobs(request)
        case .job: await jobs.show(argument ?? "")
        case .requeue: await status.requeue(argument ?? "")
        case .status: await status.status()
        case .stats: await bulkhead.within { await stats.answer() }
        case .openAPI: document.answer()
        case .health: health.health()
        case .livez: health.livez()
        case .readyz: health.readyz()
        case .home: home.answer(request)
        case .pageStyle: StatusPage.file("page.css") ?? Self.unknown
        case .pageScript: StatusPage.file("page.js") ?? Self.unknown
        case .pageFile: StatusPage.file(argument ?? "") ?? Self.unknown
        }
    }
}
