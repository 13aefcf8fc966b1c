import HTTPServing

/// `POST /api/index` and `POST /api/index/batch`.
struct IndexRoutes: Sendable {
    let enqueuing: Enqueuing

    func one(_ request: HTTPRequest) async -> HTTPResponse {
        await enqueuing.answer(to: request.body, .snakeCase) { body in
            .json(body) { .init(IncomingDocument.read($0).map { [$0] }) }
        } accepted: { ids, url in
            ["job_id": .init(ids.first), "status": "queued", "message": "Document queued for indexing: \(url)"]
        }
    }

    func several(_ request: HTTPRequest) async -> HTTPResponse {
        await enqueuing.answer(to: request.body, .snakeCase) { body in
            .json(body) { .init(IncomingDocument.readList($0)) }
        } accepted: { ids, _ in
            [
                "job_ids": .array(ids.map(JSONValue.string)), "queued_jobs": .integer(ids.count), "status": "queued",
                "message": "\(ids.count) \(ids.count == 1 ? "document" : "documents") queued for indexing",
            ]
        }
    }
}
