import Testing

@testable import Indexing

/// What Qdrant answers, as its source makes it, and what is to be done about it.
@Suite struct QdrantAnswersTests {
    @Test(arguments: [
        (
            400, "Wrong input: Vector dimension error: expected dim: 1024, got 384", ServiceFault.Kind.configuration,
            "another collection or the model" as String?
        ),
        (400, "Format error in JSON body: expected value at line 1 column 9", .poison, nil),
        (400, "Bad request: Limit exceeded 256 > 100 for \\\"upsert_max_batchsize\\\". Help: Reduce it", .poison, nil),
        (400, "JSON payload (40000000 bytes) is larger than allowed (limit: 33554432 bytes).", .poison, nil),
        (400, "Bad request: Max points limit of 1000 reached!", .configuration, "strict mode"),
        (400, "Bad request: Max vector storage size limit of 1024MB reached!", .configuration, "strict mode"),
        (400, "Wrong input: Not existing vector name error: bm25", .configuration, "other vectors"),
        (401, "Must provide an API key or an Authorization bearer token", .configuration, "PULSE_QDRANT_API_KEY"),
        (403, "Forbidden: Write access required", .configuration, "PULSE_QDRANT_API_KEY"),
        (403, "Storage locked: maintenance", .configuration, "/locks"),
        (404, "Not found: Collection `a` doesn't exist!", .configuration, "PULSE_QDRANT_COLLECTION"),
        (405, "Method not allowed: standalone mode", .configuration, "PULSE_QDRANT_URL"),
        (408, "Timeout: Operation 'upsert' timed out after 60s", .transient, "its load"),
        (409, "Wrong input: Collection `a` already exists!", .configuration, "PULSE_QDRANT_URL"),
        (422, "Validation error in JSON body: empty vector", .poison, nil),
        (429, "Rate limiting exceeded: Write rate limit exceeded", .overloaded(retryAfter: .seconds(7)), nil),
        (429, "Rate limiting exceeded: please try to split your request", .poison, nil),
        (500, "Service internal error: task panicked", .transient, "its log"),
        (
            500, "Service internal error: No space left on device: WAL buffer size exceeds available disk space",
            .transient, "its disk is full"
        ),
        (503, "Shard temporarily unavailable: The shard is being transferred", .transient, nil),
        (507, "Insufficient storage: node disk quota", .transient, "quota"),
    ])
    func `each status has its class, Qdrant's own words and a remedy`(
        status: Int, text: String, kind: ServiceFault.Kind, remedy: String?
    ) throws {
        let response = HTTPResponse(
            status: status, headers: [("content-type", "application/json"), ("retry-after", "7")],
            body: Array(#"{"status":{"error":"\#(text)"},"time":0.0}"#.utf8))
        let url = SanitizedURL("http://host:6333/collections/a/points")
        let fault = try #require(ServiceFault.answer(.qdrant, response, from: url))
        #expect(fault.kind == kind && fault.status == status)
        #expect(fault.remedy?.contains(remedy ?? "") ?? (remedy == nil))
        #expect(!fault.reason.contains(#""time":"#), "it differs each time")
        #expect(fault.reason.contains("HTTP \(status)") && fault.reason.contains("http://host:6333"))
    }
}
