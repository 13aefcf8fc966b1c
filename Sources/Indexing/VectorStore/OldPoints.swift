import Synchronization

/// The points that the replaced product left in the collection. It named them by chance, so that they are not overwritten
/// by ours: a document's are looked up when it is written, and deleted once its new points are there.
///
/// They are counted when the first document is written, and again after the server or the collection was away; where there
/// are none, none are looked up. What Python workers write beside us later is found by the next count.
final class OldPoints: Sendable {
    /// Those of one document.
    struct Found: Sendable {
        var ids: [PointName]
        /// Of one of them.
        var contentID: Int?
        /// Those after `ids`.
        fileprivate var rest: PointPages<OldPointPayload>
    }

    private let store: VectorStore
    private let writes: PointWrites
    /// nil = not counted yet.
    private let left = Mutex<Int?>(nil)
    private let counts: SharedRequests<Void, Int>

    init(_ store: VectorStore, _ writes: PointWrites) {
        self.store = store
        self.writes = writes
        // All who want to know while it is being counted are told the same.
        counts = SharedRequests(
            mostUnderWay: 1, size: { _ in RequestSize() }, holds: { _ in true },
            perform: { group in
                let outcome: Result<Int, CallFailure>
                do throws(CallFailure) { outcome = .success(try await store.countOldPoints()) } catch {
                    outcome = .failure(error)
                }
                return group.items.map { outcome }
            })
    }

    /// The collection is new, and ours.
    func areNone() { left.withLock { $0 = 0 } }

    /// Somebody else may have written meanwhile: they are counted before the next document.
    func forget() { left.withLock { $0 = nil } }

    /// - Returns: how many there are.
    private func recount() async throws(CallFailure) -> Int {
        let count = try await counts.answer(to: ())
        left.withLock { $0 = count }
        return count
    }

    /// - Returns: nil when the document has none.
    func find(_ url: CanonicalURL) async throws(CallFailure) -> Found? {
        var count = left.withLock { $0 }
        if count == nil { count = try await recount() }
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
            left.withLock { [count = ids.count] left in
                // Down to none, it is counted again: another worker may have deleted the same.
                left = left.flatMap { $0 > count ? $0 - count : nil }
            }
            guard let page = try await rest.next() else { return }
            ids = Self.points(of: url, in: page).map(\.id)
        }
    }

    /// Pages of a single-page site share one canonical URL: only points of this very document count.
    private static func points(
        of url: CanonicalURL, in page: [PointPage<OldPointPayload>.Point]
    ) -> [PointPage<OldPointPayload>.Point] {
        page.filter { $0.payload?.url.map { CanonicalURL($0).identity == url.identity } ?? true }
    }
}
