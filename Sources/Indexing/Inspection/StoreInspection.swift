internal import FoundationEssentials

/// Looks at the vector store without leaving anything behind, a missing collection included.
package struct StoreInspection: Sendable {
    package struct Facts: Sendable {
        /// nil = it does not say, as behind a proxy that lets only the collections through.
        package var version: String?
        package var isVersionTooOld = false
        package var lockReason: String?
        /// nil = there is no such collection.
        package var collection: Collection?
    }

    package struct Collection: Sendable {
        /// nil = it has named vectors.
        package var dimension: Int?
        package var distance: String?
        /// What its vectors were made by, where that was noted.
        package var modelID: String?
        package var points: Int?
        /// green, yellow, grey or red
        package var status: String
        package var optimizerError: String?
    }

    /// Versions before this lack what the workers write with.
    private static let oldest = ServerVersion(1, 15)

    private let settings: IndexingSettings
    private let store: VectorStore

    package init(_ settings: IndexingSettings) {
        self.settings = settings
        let caller = ServiceCaller(.qdrant, settings.qdrant, HTTPClient(proxy: settings.proxy))
        store = VectorStore(
            caller: caller, collection: settings.collection, options: settings.collectionOptions, mayWrite: { false })
    }

    package func look() async -> Inspected<Facts> {
        var sight = Inspected(facts: Facts())
        do throws(CallFailure) {
            let collection = try await store.caller.call(.get, store.path, expected: [404], purpose: .probe)
            sight.date = collection.dated
            let version = try await store.version(.probe)
            sight.facts.version = version?.description
            sight.facts.isVersionTooOld = version.map { $0 < Self.oldest } ?? false
            if collection.status == 404 {
                // Without its version nobody knows whose "not found" that is.
                if version == nil, !Self.saysNoCollection(collection.body) {
                    sight.fault = ServiceFault.answer(.qdrant, collection, from: SanitizedURL(settings.qdrant.url))
                }
            } else {
                sight.facts.collection = try Self.read(collection, store)
            }
            sight.facts.lockReason = try await lockReason()
        } catch {
            if case .fault(let fault) = error { sight.fault = fault }
        }
        return sight
    }

    /// The version behind another address, if Qdrant answers there. It is not shown the key, which is not its own.
    package func version(at url: String) async -> String? {
        var endpoint = settings.qdrant
        (endpoint.url, endpoint.apiKey) = (url, nil)
        let caller = ServiceCaller(.qdrant, endpoint, HTTPClient(proxy: settings.proxy))
        let other = VectorStore(
            caller: caller, collection: settings.collection, options: settings.collectionOptions, mayWrite: { false })
        return try? await other.version(.probe)?.description
    }

    private static func saysNoCollection(_ body: [UInt8]) -> Bool {
        ServiceFault.excerpt(body).contains("Collection `")
    }

    /// Versions that know no locks answer 404.
    private func lockReason() async throws(CallFailure) -> String? {
        struct Locks: Decodable {
            var error_message: String?
            var write: Bool
        }
        let response: HTTPResponse
        do throws(CallFailure) {
            response = try await store.caller.call(.get, "/locks", expected: [404], purpose: .probe)
        } catch {
            return nil
        }
        guard let locks: Locks = QdrantEnvelope.parse(response.body), locks.write else { return nil }
        return locks.error_message ?? "no reason given"
    }

    private static func read(_ response: HTTPResponse, _ store: VectorStore) throws(CallFailure) -> Collection {
        let answer: CollectionAnswer = try store.parse(response, "the collection's description")
        let state: CollectionState? = QdrantEnvelope.parse(response.body)
        return Collection(
            dimension: answer.config.params.vectors?.size, distance: answer.config.params.vectors?.distance,
            modelID: answer.config.model?.modelID, points: state?.points_count, status: state?.status ?? "unknown",
            optimizerError: state?.optimizer_status?.error)
    }
}

/// How a collection stands, beside what it is.
private struct CollectionState: Decodable {
    /// "ok", or `{"error": ".."}`.
    struct Optimizer: Decodable {
        var error: String?

        private enum CodingKeys: CodingKey { case error }

        init(from decoder: any Decoder) throws {
            error = try? decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .error)
        }
    }

    var status: String
    var points_count: Int?
    var optimizer_status: Optimizer?
}
