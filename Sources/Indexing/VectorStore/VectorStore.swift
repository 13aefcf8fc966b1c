/// One collection of Qdrant, 1.15 to 1.20, over REST.
final class VectorStore: Sendable {
    /// What is known of the collection once it is there.
    struct Layout: Equatable, Sendable {
        var dimension: Int
        var modelID: String
        var isOneShard: Bool
        /// nil = it cannot be searched by words.
        var keyword: KeywordIndex?
    }

    let caller: ServiceCaller
    let collection: String
    let options: CollectionOptions
    let path: String
    private let mayWrite: @Sendable () -> Bool

    /// - Parameter mayWrite: asked right before every write is sent.
    init(
        caller: ServiceCaller, collection: String, options: CollectionOptions,
        mayWrite: @escaping @Sendable () -> Bool
    ) {
        self.caller = caller
        self.collection = collection
        self.options = options
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

    /// Another worker may have been faster: that is success.
    ///
    /// - Parameters:
    ///   - model: what the vectors will come from; nil where the server keeps no such record.
    ///   - keyword: what it is to be searched by words with.
    /// - Returns: whether it is new, and ours.
    func create(
        dimension: Int, model: ModelRecord?, keyword: KeywordPlan, _ purpose: ServiceCaller.Purpose = .work
    ) async throws(CallFailure) -> Bool {
        var json = JSONText()
        json.raw("{")
        options.write(dimension: dimension, into: &json)
        if let model {
            json.raw(",")
            model.write(into: &json)
        }
        if keyword == .add(.sparseVector) {
            json.raw(#","sparse_vectors":{"#)
            json.string(KeywordIndex.vector)
            json.raw(#":{"modifier":"idf"}}"#)
        }
        json.raw("}")
        return try await caller.call(.put, path, json.bytes, expected: [409], purpose: purpose).status != 409
    }

    /// Notes in the collection's metadata which model its vectors come from, beside what others keep there.
    func record(_ model: ModelRecord) async throws(CallFailure) {
        var json = JSONText()
        json.raw("{")
        model.write(into: &json)
        json.raw("}")
        _ = try await caller.call(.patch, path, json.bytes, purpose: .probe)
    }

    func createIndex(_ field: String, _ purpose: ServiceCaller.Purpose = .work) async throws(CallFailure) {
        var json = JSONText()
        json.raw(#"{"field_name":"#)
        json.string(field)
        json.raw(#","field_schema":"keyword"}"#)
        // Not waited for: over a large collection it takes minutes.
        _ = try await caller.call(.put, path + "/index", json.bytes, purpose: purpose)
    }

    // MARK: Points

    /// The states that these points carry and their `content_id`, by id; what is missing is not there.
    func states(of ids: [String]) async throws(CallFailure) -> [String: StateReads.Found] {
        var json = JSONText()
        json.raw(#"{"ids":"#)
        json.strings(ids)
        json.raw(#","with_payload":"#)
        json.strings(StateAnswer.fields)
        json.raw(#","with_vector":false}"#)
        let response = try await ask("/points", json.bytes)
        let points: [StateAnswer] = try parse(response, "the points asked for")
        return Dictionary(points.map { ($0.id, ($0.state, $0.payload?.content_id)) }) { first, _ in first }
    }

    /// - Parameter attempts: one that may not begin ends with ``CallFailure/cancelled``.
    func upsert(_ batch: PointBatch, _ attempts: WriteAttempts) async throws(CallFailure) {
        try await write(.put, "/points", batch.body, attempts) { [$0] }
    }

    /// One after the other, in one request; one that fails ends them.
    func update(_ operations: [PointUpdate], _ attempts: WriteAttempts) async throws(CallFailure) {
        guard let first = operations.first else { return }
        var json = JSONText()
        if operations.count == 1 {
            first.write(into: &json)
            return try await write(.post, first.route, json.bytes, attempts) { [$0] }
        }
        json.raw(#"{"operations":"#)
        json.list(operations) { $1.writeOperation(into: &$0) }
        json.raw("}")
        try await write(.post, "/points/batch", json.bytes, attempts) { (all: [UpdateAnswer]) in
            all.count == operations.count ? all : nil
        }
    }

    // MARK: Answers

    /// With `wait=true` an update is done when its status says "completed". "wait_timeout" comes with HTTP 200 and means
    /// written down but not yet done; all our updates may be repeated, so it is.
    ///
    /// - Parameter updates: what the answer says of each operation; nil when it does not speak of all.
    private func write<Answer: Decodable>(
        _ method: HTTPRequest.Method, _ route: String, _ body: [UInt8], _ attempts: WriteAttempts,
        _ updates: (Answer) -> [UpdateAnswer]?
    ) async throws(CallFailure) {
        var attempt = 0
        let began = ContinuousClock.now
        let mayBegin: @Sendable () -> CallFailure? = { [mayWrite] in
            if !attempts.mayBegin() { return .cancelled }
            return mayWrite() ? nil : .fault(Self.fenced)
        }
        let suffix = route + "?wait=true" + (options.ordering.map { "&ordering=\($0.rawValue)" } ?? "")
        while true {
            let response = try found(
                await caller.call(
                    method, path + suffix, body, expected: [404], mayBegin: mayBegin, failed: attempts.failed))
            let what = "an update's status"
            guard let all = updates(try parse(response, what)) else { throw lacking(what, response) }
            guard let pending = all.first(where: { $0.status != "completed" }) else { return }
            attempts.failed()
            attempt += 1
            let fault = ServiceFault(
                .qdrant, .transient, "an update ended as \"\(pending.status)\" (\(address))",
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

    /// A question that changes nothing.
    func ask(_ route: String, _ body: [UInt8]) async throws(CallFailure) -> HTTPResponse {
        try found(await caller.call(.post, path + route, body, expected: [404]))
    }

    /// A collection or a point that has gone is not yet held against the server: the caller makes it again, once.
    private func found(_ response: HTTPResponse) throws(CallFailure) -> HTTPResponse {
        let url = SanitizedURL(caller.endpoint.url + path)
        guard response.status == 404, let fault = ServiceFault.answer(.qdrant, response, from: url) else {
            return response
        }
        throw .fault(fault)
    }

    /// No fault of Qdrant's, and not held against it.
    private static let fenced = ServiceFault(
        .qdrant, .transient,
        "nothing is written: redis has not confirmed this worker of late, so its jobs may be another's")

    func parse<Answer: Decodable>(_ response: HTTPResponse, _ what: String) throws(CallFailure) -> Answer {
        if let answer = QdrantEnvelope<Answer>.parse(response.body) { return answer }
        throw lacking(what, response)
    }

    private func lacking(_ what: String, _ response: HTTPResponse) -> CallFailure {
        let fault = ServiceFault(
            .qdrant, .configuration, "the answer lacks \(what): \(ServiceFault.excerpt(response.body)) (\(address))",
            remedy: "another service answers there: check PULSE_QDRANT_URL", symptom: .wrongService)
        caller.watch.failed(fault)
        return .fault(fault)
    }

    private var address: String { SanitizedURL(caller.endpoint.url).origin }

    private static func percentEncoded(_ name: String) -> String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~".utf8)
        return name.utf8.map { plain.contains($0) ? String(UnicodeScalar($0)) : "%" + Hex.string([$0]).uppercased() }
            .joined()
    }
}

extension ServiceFault {
    /// The collection, or a point that was to be changed, is not there.
    var isOfMissing: Bool { service == .qdrant && status == 404 }
}
