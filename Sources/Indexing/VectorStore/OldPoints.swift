import Synchronization

/// The points that the replaced product left in the collection. It named them by chance, so that they are not overwritten
/// by ours: a document's are looked up when it is written, and deleted once its new points are there.
///
/// They are counted when the first document is written; where there are none, none are looked up. Python workers that go on
/// writing beside us are the reason to count again (``recount()``).
final class OldPoints: Sendable {
    /// Those of one document.
    struct Found: Sendable {
        var ids: [PointName]
        /// Of one of them.
        var contentID: Int?
        /// Where the next page begins; nil when all are in `ids`.
        var next: PointName?
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
    func recount() async throws(CallFailure) -> Int {
        let count = try await counts.answer(to: ())
        left.withLock { $0 = count }
        return count
    }

    /// - Returns: nil when the document has none.
    func find(_ url: CanonicalURL) async throws(CallFailure) -> Found? {
        var count = left.withLock { $0 }
        if count == nil { count = try await recount() }
        if count == 0 { return nil }
        var next: PointName?
        repeat {
            let (page, found) = try await page(url, from: next)
            if !found.isEmpty {
                return Found(
                    ids: found.map(\.id), contentID: found.lazy.compactMap { $0.payload?.content_id }.first,
                    next: page.next_page_offset)
            }
            next = page.next_page_offset
        } while next != nil
        return nil
    }

    /// By id, page after page; what is deleted already is skipped by the server.
    func delete(_ found: Found, of url: CanonicalURL) async throws(CallFailure) {
        var (ids, next) = (found.ids, found.next)
        while true {
            try await writes.update(PointUpdate.deletions(ids))
            left.withLock { [count = ids.count] left in
                // Down to none, it is counted again: another worker may have deleted the same.
                left = left.flatMap { $0 > count ? $0 - count : nil }
            }
            guard let offset = next else { return }
            let (page, found) = try await page(url, from: offset)
            (ids, next) = (found.map(\.id), page.next_page_offset)
        }
    }

    /// Pages of a single-page site share one canonical URL: only points of this very document count.
    private func page(
        _ url: CanonicalURL, from offset: PointName?
    ) async throws(CallFailure) -> (PointPage<OldPointPayload>, [PointPage<OldPointPayload>.Point]) {
        let page = try await store.oldPoints(url.canonical, from: offset)
        return (page, page.points.filter { $0.payload?.url.map { CanonicalURL($0).identity == url.identity } ?? true })
    }
}
