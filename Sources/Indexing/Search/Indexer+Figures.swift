extension Indexer {
    /// Counts what the collection holds; one that is not there yet holds nothing.
    public func figures() async throws(IndexingFailure) -> CollectionFigures {
        let store = collection.store
        var figures = CollectionFigures(collection: store.collection, documents: 0, points: 0, byWords: 0)
        do throws(CallFailure) {
            guard let layout = try await store.layout() else { return figures }
            figures.points = try await store.count(PointFilter())
            var first = PointFilter()
            first.must.set("chunk_index", .integer(0))
            figures.documents = try await store.count(first)
            if case .ready = KeywordPlan.choose(try await store.version(), layout.keywords) {
                figures.byWords = figures.points
            }
            return figures
        } catch {
            throw IndexingFailure(error)
        }
    }
}
