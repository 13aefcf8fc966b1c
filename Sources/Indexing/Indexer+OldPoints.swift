extension Indexer {
    /// Somebody else may have written points of the replaced product: they are counted before the next document.
    public func recountOldPoints() { collection.oldPoints.forget() }

    /// Of a document that is there as it should be, and that a Python worker may have written as well.
    func dropOldPoints(of url: CanonicalURL) async throws(CallFailure) {
        guard let old = try await collection.oldPoints.find(url) else { return }
        try await collection.oldPoints.delete(old, of: url)
    }
}
