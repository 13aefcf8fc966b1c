extension Indexer {
    /// A check of so many suspects is repeated one by one; more are not the work of jobs that run meanwhile.
    private static let mostSecondLooks = 1000

    /// Whether the points are those that finished jobs leave: of one document, or of all, for each of which a small record
    /// is kept in memory.
    public func audit(_ url: String? = nil) async throws(IndexingFailure) -> AuditReport {
        do throws(CallFailure) {
            if let url {
                let audit = try await look(at: CanonicalURL(url).identity)
                return AuditReport(
                    points: audit.points, documents: audit.documents, pointsWithoutKeywords: 0, findings: audit.findings
                )
            }
            return try await auditAll()
        } catch {
            throw IndexingFailure(error)
        }
    }

    private func auditAll() async throws(CallFailure) -> AuditReport {
        var audit = CollectionAudit(chunker: chunkerVersion)
        try await collection.store.scroll(PointFilter()) { page in page.forEach { audit.see($0.sighting) } }
        let suspects = audit.suspects
        if suspects.count <= Self.mostSecondLooks {
            for identity in suspects { audit.replace(identity, by: try await look(at: identity)) }
        }
        let bare =
            if case .ready(.sparseVector) = try await keywords.means().keyword {
                try await collection.store.count(PointFilter(lackingVector: KeywordIndex.vector))
            } else { 0 }
        return AuditReport(
            points: audit.points, documents: audit.documents, pointsWithoutKeywords: bare, findings: audit.findings)
    }

    private func look(at identity: String) async throws(CallFailure) -> CollectionAudit {
        var audit = CollectionAudit(chunker: chunkerVersion)
        try await collection.store.scroll(.ofDocument(CanonicalURL(identity))) { page in
            for point in page where point.sighting.identity.utf8.elementsEqual(identity.utf8) {
                audit.see(point.sighting)
            }
        }
        return audit
    }
}
