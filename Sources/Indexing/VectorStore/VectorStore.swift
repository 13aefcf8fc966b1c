/// One collection of Qdrant, 1.15 to 1.20, over REST.
final class VectorStore: Sendable {
    /// What is known of the collection once it is there.
    struct Layout: Equatable, Sendable {
        var dimension: Int
        var isOneShard: Bool
        /// nil = it cannot be searched by words.
        var keyword: KeywordIndex?
    }

    let caller: ServiceCaller
    let collection: String
    let path: String
    private let mayWrite: @Sendable () -> Bool

    init(caller: ServiceCaller, collection: String, mayWrite: @escaping @Sendable () -> Bool) {
        self.caller = caller
        self.collection = collection
        self.mayWrite = mayWrite
        path = "/collections/" + Self.percentEncoded(collection)
    }

    // MARK: The collection

    /// - Returns: nil when there is no such collection.
    func layout(_ purpose: ServiceCaller.Purpose = .work) async throws(CallFailure) -> CollectionAnswer? {
        let response = try await caller.call(.get, path, expected: [404], purpose: purpose)
        if response.status == 404 { return nil }
        return try parse(response, "the collection's description")
    }

    /// One vector without a name, by cosine, and beside it the one for words where the plan wants it. Another worker may have
    /// been faster: that is success.
    func create(
        dimension: Int, keyword: KeywordPlan, _ purpose: ServiceCaller.Purpose = .work
    ) async throws(CallFailure) {
        var json = JSONText()
        json.raw(#"{"vectors":{"size":"#)
        json.integer(dimension)
        json.raw(#","distance":"Cosine"}"#)
        if keyword == .add(.sparseVector) {
            json.raw(#","sparse_vectors":{"#)
            json.string(KeywordIndex.vector)
            json.raw(#":{"modifier":"idf"}}"#)
        }
        json.raw("}")
        _ = try await caller.call(.put, path, json.bytes, expected: [409], purpose: purpose)
    }

    func createIndex(_ field: String, _ purpose: ServiceCaller.Purpose = .work) async throws(CallFailure) {
        var json = JSONText()
        json.raw(#"{"field_name":"#)
        json.string(field)
        json.raw(#","field_schema":"keyword"}"#)
        _ = try await caller.call(.put, path + "/index?wait=true", json.bytes, purpose: purpose)
    }

    // MARK: Points

    /// The states that these points carry and their `content_id`, by id; what is missing is not there.
    func states(of ids: [String]) async throws(CallFailure) -> [String: StateReads.Found] {
        var json = JSONText()
        json.raw(#"{"ids":"#)
        json.strings(ids)
        json.raw(#","with_payload":true,"with_vector":false}"#)
        let response = try await caller.call(.post, path + "/points", json.bytes)
        let points: [StateAnswer] = try parse(response, "the points asked for")
        return Dictionary(points.map { ($0.id, ($0.state, $0.payload?.content_id)) }) { first, _ in first }
    }

    func upsert(_ batch: PointBatch) async throws(CallFailure) {
        try await update(.put, "/points?wait=true", batch.body)
    }

    func delete(_ ids: [String]) async throws(CallFailure) {
        try await delete(listed: { $0.strings(ids) })
    }

    /// Points of anybody's, whose ids may be numbers.
    func delete(points ids: ArraySlice<PointIDAnswer>) async throws(CallFailure) {
        try await delete(listed: { $0.list(ids) { $1.write(into: &$0) } })
    }

    private func delete(listed write: (inout JSONText) -> Void) async throws(CallFailure) {
        var json = JSONText()
        json.raw(#"{"points":"#)
        write(&json)
        json.raw("}")
        try await update(.post, "/points/delete?wait=true", json.bytes)
    }

    /// Sets these fields and leaves the others.
    func setPayload(_ payload: Payload, of ids: [String]) async throws(CallFailure) {
        var json = JSONText()
        json.raw(#"{"payload":"#)
        payload.write(into: &json)
        json.raw(#","points":"#)
        json.strings(ids)
        json.raw("}")
        try await update(.post, "/points/payload?wait=true", json.bytes)
    }

    // MARK: Answers

    /// With `wait=true` an update is done when its status says "completed". "wait_timeout" comes with HTTP 200 and means
    /// written down but not yet done; all our updates may be repeated, so it is.
    private func update(_ method: HTTPRequest.Method, _ suffix: String, _ body: [UInt8]) async throws(CallFailure) {
        var attempt = 0
        let began = ContinuousClock.now
        while true {
            guard mayWrite() else { throw .fault(Self.fenced) }
            let response = try await caller.call(method, path + suffix, body)
            let answer: UpdateAnswer = try parse(response, "an update's status")
            if answer.status == "completed" { return }
            attempt += 1
            let fault = ServiceFault(
                .qdrant, .transient, "an update ended as \"\(answer.status)\" (\(address))",
                remedy: "it cannot keep up: look at its load and its disk")
            let elapsed = ContinuousClock.now - began
            switch caller.retry.decide(fault.kind, attempt: attempt, elapsed: elapsed, luck: .random(in: 0..<1)) {
            case .retry(let wait): try await caller.pause(wait)
            case .giveUp:
                caller.watch.failed(fault)
                throw .fault(fault)
            }
        }
    }

    /// No fault of Qdrant's, and not held against it.
    private static let fenced = ServiceFault(
        .qdrant, .transient,
        "nothing is written: redis has not confirmed this worker of late, so its jobs may be another's")

    func parse<Answer: Decodable>(_ response: HTTPResponse, _ what: String) throws(CallFailure) -> Answer {
        if let answer = QdrantEnvelope<Answer>.parse(response.body) { return answer }
        let fault = ServiceFault(
            .qdrant, .configuration, "the answer lacks \(what): \(ServiceFault.excerpt(response.body)) (\(address))",
            remedy: "another service answers there: check PULSE_QDRANT_URL")
        caller.watch.failed(fault)
        throw .fault(fault)
    }

    private var address: String { SanitizedURL(caller.endpoint.url).origin }

    private static func percentEncoded(_ name: String) -> String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~".utf8)
        return name.utf8.map { plain.contains($0) ? String(UnicodeScalar($0)) : "%" + Hex.string([$0]).uppercased() }
            .joined()
    }
}
