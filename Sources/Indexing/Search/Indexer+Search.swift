extension Indexer {
    /// The chunks that match best, by meaning, by words or by both, as far as the server can; the answer says how.
    public func search(_ request: SearchRequest) async throws(IndexingFailure) -> SearchAnswer {
        if let problem = request.problem { throw .permanent(problem) }
        do throws(CallFailure) {
            return try await find(request)
        } catch {
            keywords.forget()
            throw IndexingFailure(error)
        }
    }

    private func find(_ request: SearchRequest) async throws(CallFailure) -> SearchAnswer {
        let means = try await keywords.means()
        let (mode, note) = Self.mode(request.mode, means.keyword)
        var sides: [SearchQuery.Side] = []
        if mode != .keyword { sides.append(.vector(try await embeddings.embed(query: request.text))) }
        if mode != .semantic, case .ready(let index) = means.keyword {
            sides.append(.words(index, KeywordVectors(chunkBudget: settings.chunkTokens)))
        }
        let hits = try await rank(SearchQuery(request: request), sides, means)
        return SearchAnswer(mode: mode, note: note, hits: hits)
    }

    private func rank(
        _ query: SearchQuery, _ sides: [SearchQuery.Side], _ means: KeywordSupport.Means
    ) async throws(CallFailure) -> [SearchHit] {
        let store = collection.store
        guard sides.count < 2 || means.fuses else {
            var rankings: [[SearchHit]] = []
            for side in sides {
                rankings.append(
                    try await store.query(query.ranked(by: side, candidates: query.request.candidates)))
            }
            return RankFusion.part(RankFusion.fuse(rankings, k: settings.fusionK), query.request)
        }
        guard let first = sides.first else { return [] }
        let body = sides.count == 1 ? query.ranked(by: first) : query.fused(sides, k: settings.fusionK)
        guard query.request.onePerPage else { return try await store.query(body) }
        return Array(try await store.queryPages(body).dropFirst(query.request.offset))
    }

    /// What can be had of what was asked for.
    private static func mode(_ wanted: SearchMode, _ plan: KeywordPlan) -> (SearchMode, note: String?) {
        switch (wanted, plan) {
        case (.semantic, _): (.semantic, nil)
        case (_, .ready): (wanted, nil)
        case (_, .add):
            (.semantic, "by meaning alone: the collection has no keyword index yet, a worker makes it when it connects")
        case (_, .without(let why)): (.semantic, "by meaning alone: \(why)")
        }
    }
}
