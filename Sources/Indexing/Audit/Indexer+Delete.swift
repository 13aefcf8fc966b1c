extension Indexer {
    /// Deletes all points of a document, whoever wrote them.
    ///
    /// First its state is taken back: from then on it is uncommitted for whoever checks, and unlike any content for whoever
    /// crawls it. Its first point goes last, for it bounds the others' ids. Ended anywhere, it can be begun again.
    ///
    /// - Returns: how many points there were.
    public func delete(_ url: String) async throws(IndexingFailure) -> Int {
        do throws(CallFailure) {
            return try await remove(CanonicalURL(url))
        } catch {
            throw IndexingFailure(error)
        }
    }

    /// Until nothing is found: a job at work on it may write on between a look and its deletions. What it writes after the last
    /// look it writes in vain or anew, for its commit finds no first point.
    private func remove(_ url: CanonicalURL) async throws(CallFailure) -> Int {
        var count = 0
        for _ in 0..<Self.mostLooks {
            let found = try await removeOnce(url)
            if found == 0 { break }
            count += found
        }
        return count
    }

    private static let mostLooks = 100

    private func removeOnce(_ url: CanonicalURL) async throws(CallFailure) -> Int {
        let first = PointName(identity: url.identity, ordinal: 0)
        var ids: [PointName] = []
        var isFirstThere = false
        try await collection.store.scroll(.ofDocument(url)) { page in
            for point in page where point.sighting.identity.utf8.elementsEqual(url.identity.utf8) {
                if point.id == first { isFirstThere = true } else { ids.append(point.id) }
            }
        }
        if isFirstThere {
            var intent = Payload()
            intent.set("content_hash", .string(""))
            intent.set("chunk_count", .integer(0))
            try await collection.writes.update([.setPayload(intent, of: [first])])
        }
        for deletion in Array(PointUpdate.deletions(ids)) + (isFirstThere ? [.delete([first])] : []) {
            try await collection.writes.update([deletion])
        }
        return ids.count + (isFirstThere ? 1 : 0)
    }
}
