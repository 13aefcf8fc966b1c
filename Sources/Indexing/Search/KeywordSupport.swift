import Synchronization

/// How this server and this collection can be searched, looked up again from time to time: a worker may add the keyword
/// index, and the server may be replaced, while a searcher goes on.
final class KeywordSupport: Sendable {
    struct Means: Sendable {
        var keyword: KeywordPlan
        /// The server fuses with a k of ours (from 1.16 on).
        var fuses: Bool
    }

    private static let freshness = Duration.seconds(30)

    private let store: VectorStore
    private let known = Mutex<(means: Means, at: ContinuousClock.Instant)?>(nil)

    init(store: VectorStore) { self.store = store }

    func means() async throws(CallFailure) -> Means {
        if let known = known.withLock({ $0 }), ContinuousClock.now - known.at < Self.freshness { return known.means }
        let version = try await store.version()
        guard let found = try await store.layout() else {
            throw .fault(
                ServiceFault(
                    .qdrant, .configuration, "collection \"\(store.collection)\" does not exist",
                    remedy: "start a worker, which makes it, or check PULSE_QDRANT_COLLECTION"))
        }
        let means = Means(
            keyword: KeywordPlan.choose(version, found.keywords),
            fuses: version.map { $0 >= ServerVersion(1, 16) } ?? false)
        known.withLock { $0 = (means, .now) }
        return means
    }

    /// Something was otherwise than known.
    func forget() { known.withLock { $0 = nil } }
}
