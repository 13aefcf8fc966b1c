import Synchronization

/// The points that the replaced product left in the collection. It named them by chance, so that they are not overwritten
/// by ours: a document's are looked up when it is written, and deleted once its new points are there.
///
/// They are counted when the first document is written, and again after the server or the collection was away, and when a
/// Python worker may have written beside us; where there are none, none are looked up.
final class OldPoints: Sendable {
    /// Those of one document.
    struct Found: Sendable {
        var ids: [PointName]
        /// Of one of them.
        var contentID: Int?
        /// Those after `ids`.
        fileprivate var rest: PointPages<OldPointPayload>
    }

    /// How many there are, as far as is known.
    private final class Known: Sendable {
        struct State {
            /// nil = not counted yet.
            var count: Int?
            /// Goes up when what was counted, or is being counted, is out of date.
            var epoch = 0
        }

        let state = Mutex(State())
    }

    private let store: VectorStore
    private let writes: PointWrites
    private let known = Known()
    private let counts: SharedRequests<Void, Int>

    init(_ store: VectorStore, _ writes: PointWrites) {
        self.store = store
        self.writes = writes
        // All who want to know while it is being counted are told the same.
        counts = SharedRequests(
            mostUnderWay: 1, size: { _ in RequestSize() }, holds: { _ in true },
            perform: { [known] group in
                let epoch = known.state.withLock { $0.epoch }
                let outcome: Result<Int, CallFailure>
                do throws(CallFailure) { outcome = .success(try await store.countOldPoints()) } catch {
                    outcome = .failure(error)
                }
                // Told to those who asked all the same: they asked before it was.
                if case .success(let count) = outcome {
                    known.state.withLock { if $0.epoch == epoch { $0.count = count } }
                }
                return group.items.map { outcome }
            })
    }

    /// The collection is new, and ours.
    func areNone() { known.state.withLock { $0.count = 0 } }

    /// Somebody else may have written meanwhile: they are counted before the next document.
    func forget() {
        known.state.withLock {
            $0.count = nil
            $0.epoch += 1
        }
    }

    /// - Returns: nil when the document has none.
    func find(_ url: CanonicalURL) async throws(CallFailure) -> Found? {
        var count = known.state.withLock { $0.count }
        if count == nil { count = try await counts.answer(to: ()) }
        if count == 0 { return nil }
        var pages = store.oldPoints(url.canonical)
        while let page = try await pages.next() {
            let found = Self.points(of: url, in: page)
            if found.isEmpty { continue }
            return Found(
                ids: found.map(\.id), contentID: found.lazy.compactMap { $0.payload?.content_id }.first, rest: pages)
        }
        return nil
    }

    /// By id, page after page; what is deleted already is skipped by the server.
    func delete(_ found: Found, of url: CanonicalURL) async throws(CallFailure) {
        var (ids, rest) = (found.ids, found.rest)
        while true {
            try await writes.update(Array(PointUpdate.deletions(ids)))
            known.state.withLock { [deleted = ids.count] known in
                // Down to none, it is counted again: another worker may have deleted the same.
                known.count = known.count.flatMap { $0 > deleted ? $0 - deleted : nil }
            }
            guard let page = try await rest.next() else { return }
            ids = Self.points(of: url, in: page).map(\.id)
        }
    }

    /// Pages of a single-page site share one canonical URL: only points of this very document count.
    private static func points(
        of url: CanonicalURL, in page: [PointPage<OldPointPayload>.Point]
    ) -> [PointPage<OldPointPayload>.Point] {
        page.filter { $0.payload?.url.map { CanonicalURL($0).identity.utf8.elementsEqual(url.identity.utf8) } ?? true }
    }
}
