import JobQueue

/// The dict that a worker's function is called with: every key that the replaced service wrote, in its order, so that a Python
/// worker can run the job as well.
extension IncomingDocument {
    enum Spelling {
        /// `POST /api/index` wrote its model's own names.
        case snakeCase
        /// The webhook wrote the names of the wire, and the crawl's id beside them.
        case camelCase
    }

    func call(_ spelling: Spelling) -> JobCall {
        JobCall(function: "worker.index_document_job", arguments: [.dict(entries(spelling))])
    }

    private func entries(_ spelling: Spelling) -> [PickleValue.Entry] {
        func name(_ snake: String, _ camel: String) -> String { spelling == .snakeCase ? snake : camel }
        var entries: [PickleValue.Entry] = [
            .init("url", .string(url)), .init(name("resolved_url", "resolvedUrl"), .string(resolvedURL)),
            .init("title", Self.value(title)), .init("description", Self.value(description)),
            .init("markdown", .string(markdown)), .init("html", .string(html)),
            .init(name("status_code", "statusCode"), .int(statusCode)),
            .init(name("gcs_path", "gcsPath"), Self.value(gcsPath)),
            .init(name("screenshot_url", "screenshotUrl"), Self.value(screenshotURL)),
            .init("language", Self.value(language)), .init("country", Self.value(country)),
            .init(name("is_mobile", "isMobile"), .bool(isMobile)),
        ]
        if spelling == .camelCase { entries.append(.init("crawl_id", Self.value(crawlID))) }
        return entries
    }

    private static func value(_ text: String?) -> PickleValue { text.map(PickleValue.string) ?? .none }
}
