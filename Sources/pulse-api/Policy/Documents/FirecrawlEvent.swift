/// What a signed request of Firecrawl's tells.
enum FirecrawlEvent: Equatable, Sendable {
    /// Something failed there; nothing is to be done here.
    case failure(id: String?, message: String)
    /// Pages that were scraped.
    case pages(type: String, [IncomingDocument])
    /// A word about a job's course.
    case notice(type: String)

    private static let pageEvents = ["crawl.page", "batch_scrape.page"]
    /// Compared by bytes: to Swift a point with a combining mark behind it is another character than a point.
    private static let families = ["crawl.", "batch_scrape.", "extract."]

    static func read(_ body: JSONValue) -> Result<FirecrawlEvent, Invalid> {
        guard case .object = body else { return .failure(Invalid(FieldReader(body).problems)) }
        let id = body["id"]?.text ?? body["jobId"]?.text
        // Before anything else is asked of it: such an event need not have the shape of the others.
        if body["success"] == .bool(false) {
            return .success(
                .failure(id: id, message: "Firecrawl reported an error: \(body["error"]?.text ?? "unknown")"))
        }
        var fields = FieldReader(body)
        let type = fields.requiredText("type")
        guard fields.problems.isEmpty else { return .failure(Invalid(fields.problems)) }
        guard families.contains(where: { type.utf8.starts(with: $0.utf8) && type.utf8.count > $0.utf8.count }) else {
            fields.note("value_error", "type", "Input should begin with 'crawl.', 'batch_scrape.' or 'extract.'")
            return .failure(Invalid(fields.problems))
        }
        guard pageEvents.contains(where: { $0.utf8.elementsEqual(type.utf8) }) else {
            return .success(.notice(type: type))
        }
        if id == nil { fields.noteMissing("id") }
        let items: [JSONValue]
        switch body["data"] {
        case .array(let list)?: items = list
        case nil, .null?: items = []
        default:
            fields.note("list_type", "data", "Input should be a valid list")
            items = []
        }
        let documents = IncomingDocument.readAll(items, at: [.name("data")], atLeast: 0) { page($0, at: $1, crawl: id) }
        switch documents {
        case .failure(let invalid): return .failure(Invalid(fields.problems + invalid.problems))
        case .success(let list):
            return fields.problems.isEmpty
                ? .success(.pages(type: type, list)) : .failure(Invalid(fields.problems))
        }
    }

    /// One item of `data`.
    private static func page(
        _ value: JSONValue, at location: [ValidationProblem.Step], crawl: String?
    ) -> Result<IncomingDocument, Invalid> {
        var item = FieldReader(value, at: location)
        guard item.problems.isEmpty else { return .failure(Invalid(item.problems)) }
        let markdown = item.text("markdown")
        let html = item.text("html")
        guard let metadata = item.find(["metadata"])?.value else {
            item.noteMissing("metadata")
            return .failure(Invalid(item.problems))
        }
        var fields = FieldReader(metadata, at: location + [.name("metadata")])
        guard fields.problems.isEmpty else { return .failure(Invalid(item.problems + fields.problems)) }
        let url = fields.requiredText("url")
        let status = fields.number("statusCode", "status_code")
        if !fields.has("statusCode"), !fields.has("status_code") { fields.noteMissing("statusCode") }
        let document = IncomingDocument(
            url: url, resolvedURL: fields.text("sourceURL", "source_url") ?? url, title: fields.anyText("title"),
            description: fields.anyText("description"), markdown: markdown ?? "", html: html ?? "",
            statusCode: status ?? 0, language: fields.anyText("language"), country: fields.anyText("country"),
            isMobile: false, crawlID: crawl)
        let problems = item.problems + fields.problems
        return problems.isEmpty ? .success(document) : .failure(Invalid(problems))
    }
}
