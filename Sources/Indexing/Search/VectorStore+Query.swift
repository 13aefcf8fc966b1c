extension VectorStore {
    /// - Parameter body: of ``SearchQuery``.
    func query(_ body: [UInt8]) async throws(CallFailure) -> [SearchHit] {
        let response = try await caller.call(.post, path + "/points/query", body)
        let answer: QueryAnswer = try parse(response, "the points found")
        return answer.points.map(\.hit)
    }

    /// The best hit of each page, best first.
    func queryPages(_ body: [UInt8]) async throws(CallFailure) -> [SearchHit] {
        let response = try await caller.call(.post, path + "/points/query/groups", body)
        let answer: GroupsAnswer = try parse(response, "the groups found")
        return answer.groups.compactMap { $0.hits.first?.hit }
    }
}
