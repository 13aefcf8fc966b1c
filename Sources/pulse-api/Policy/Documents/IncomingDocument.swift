/// A document as it comes in, checked, with everything the replaced service's worker asks for.
struct IncomingDocument: Equatable, Sendable {
    var url: String
    var resolvedURL: String
    var title: String?
    var description: String?
    var markdown: String
    var html: String
    var statusCode: Int
    var gcsPath: String?
    var screenshotURL: String?
    var language: String?
    var country: String?
    var isMobile = false
    /// Only what came from a crawl has one.
    var crawlID: String?

    /// `POST /api/index`: what is missing is what nothing else can be.
    static func read(
        _ value: JSONValue, at location: [ValidationProblem.Step] = []
    ) -> Result<IncomingDocument, Invalid> {
        var fields = FieldReader(value, at: location)
        guard fields.problems.isEmpty else { return .failure(Invalid(fields.problems)) }
        let url = fields.requiredText("url")
        let markdown = fields.text("markdown")
        let content = fields.text("content")
        if !fields.has("markdown"), !fields.has("content") { fields.noteMissing("markdown") }
        let document = IncomingDocument(
            url: url, resolvedURL: fields.text("resolvedUrl", "resolved_url") ?? url, title: fields.text("title"),
            description: fields.text("description"), markdown: markdown ?? content ?? "",
            html: fields.text("html") ?? "", statusCode: fields.number("statusCode", "status_code") ?? 200,
            gcsPath: fields.text("gcsPath", "gcs_path"),
            screenshotURL: fields.text("screenshotUrl", "screenshot_url"), language: fields.text("language"),
            country: fields.text("country"), isMobile: fields.flag("isMobile", "is_mobile") ?? false)
        return fields.problems.isEmpty ? .success(document) : .failure(Invalid(fields.problems))
    }

    /// So many in one request; all of them are enqueued in one step, during which Redis serves nobody else.
    static let most = 5000

    /// `POST /api/index/batch`: a list, or an object that holds one as `documents`.
    static func readList(_ value: JSONValue) -> Result<[IncomingDocument], Invalid> {
        let list: JSONValue
        var location: [ValidationProblem.Step] = []
        if case .object = value {
            list = value["documents"] ?? .null
            location = [.name("documents")]
        } else {
            list = value
        }
        guard case .array(let items) = list else {
            return .failure(Invalid([ValidationProblem("list_type", at: location, "Input should be a valid list")]))
        }
        return readAll(items, at: location, atLeast: 1) { read($0, at: $1) }
    }

    static func readAll(
        _ items: [JSONValue], at location: [ValidationProblem.Step], atLeast: Int,
        _ read: (JSONValue, [ValidationProblem.Step]) -> Result<IncomingDocument, Invalid>
    ) -> Result<[IncomingDocument], Invalid> {
        guard items.count >= atLeast else {
            let message = "List should have at least 1 item after validation, not 0"
            return .failure(Invalid([ValidationProblem("too_short", at: location, message)]))
        }
        guard items.count <= most else {
            let message = "List should have at most \(most) items after validation, not \(items.count)"
            return .failure(Invalid([ValidationProblem("too_long", at: location, message)]))
        }
        var documents: [IncomingDocument] = []
        var problems: [ValidationProblem] = []
        for (index, item) in items.enumerated() {
            switch read(item, location + [.index(index)]) {
            case .success(let document): documents.append(document)
            case .failure(let invalid): problems += invalid.problems
            }
        }
        return problems.isEmpty ? .success(documents) : .failure(Invalid(problems))
    }
}
