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

    private func remove(_ url: CanonicalURL) async throws(CallFailure) -> Int {
        let store = collection.store
        let first = PointID.of(identity: url.identity, ordinal: 0)
        var ids: [PointIDAnswer] = []
        var isFirstThere = false
        try await store.scroll(.ofDocument(url)) { page in
            for point in page where point.sighting.identity == url.identity {
                if point.id.text == first { isFirstThere = true } else { ids.append(point.id) }
            }
        }
        if isFirstThere {
            var intent = Payload()
            intent.set("content_hash", .string(""))
            intent.set("chunk_count", .integer(0))
            try await store.setPayload(intent, of: [first])
        }
        for start in stride(from: 0, to: ids.count, by: DocumentWriter.idsPerRequest) {
            try await store.delete(points: ids[start..<min(start + DocumentWriter.idsPerRequest, ids.count)])
        }
        if isFirstThere { try await store.delete([first]) }
        return ids.count + (isFirstThere ? 1 : 0)
    }
}
