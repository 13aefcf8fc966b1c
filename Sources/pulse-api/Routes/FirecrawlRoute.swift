import HTTPServing

/// `POST /api/webhook/firecrawl`. Its sender waits ten seconds and never tries again.
struct FirecrawlRoute: Sendable {
    let enqueuing: Enqueuing
    let secret: String?

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        // The gate has seen a secret and one well-formed signature.
        guard let secret, case .digest(let digest) = SignatureHeader.read(request.headers(SignatureHeader.name)) else {
            return .unauthorized("Missing \(SignatureHeader.name) header")
        }
        return await enqueuing.answer(to: request.body, .camelCase) { body in
            guard Credentials.isEqual(digest, MessageCode.sha256(of: body, key: secret)) else {
                return .answer(.unauthorized("Invalid webhook signature"))
            }
            return .json(body, Self.reading)
        } accepted: { ids, _ in
            [
                "status": "queued", "queued_jobs": .integer(ids.count),
                "job_ids": .array(ids.map(JSONValue.string)),
            ]
        }
    }

    private static func reading(_ body: JSONValue) -> Enqueuing.Reading {
        switch FirecrawlEvent.read(body) {
        case .failure(let invalid): .answer(.invalid(invalid))
        case .success(.failure(let id, let message)):
            .answer(
                .json(200, ["status": "acknowledged", "message": .string(message), "event_id": JSONValue(id)]))
        case .success(.notice(let type)):
            .answer(.json(200, ["status": "acknowledged", "event_type": .string(type)]))
        case .success(.pages(_, let documents)) where documents.isEmpty:
            .answer(.json(200, ["status": "no_documents", "queued_jobs": 0, "job_ids": []]))
        case .success(.pages(_, let documents)): .documents(documents)
        }
    }
}
