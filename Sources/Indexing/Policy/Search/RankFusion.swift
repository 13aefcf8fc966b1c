/// Reciprocal rank fusion (Cormack, Clarke, Buettcher, 2009): a hit's score is the sum of 1/(k + rank) over the rankings it
/// stands in, ranks from 1. Qdrant counts from 0, so its k is ours and one.
enum RankFusion {
    /// - Parameter rankings: each best first, without repetitions.
    /// - Returns: best first; of equals, the one that was met first.
    static func fuse(_ rankings: [[SearchHit]], k: Int) -> [SearchHit] {
        var places: [String: Int] = [:]
        var fused: [SearchHit] = []
        for ranking in rankings {
            for (position, hit) in ranking.enumerated() {
                let share = 1 / Double(k + position + 1)
                if let place = places[hit.id] {
                    fused[place].score += share
                } else {
                    places[hit.id] = fused.count
                    fused.append(hit)
                    fused[fused.count - 1].score = share
                }
            }
        }
        return fused.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }.map(
            \.element)
    }

    /// The best of each page, in order.
    static func onePerPage(_ hits: [SearchHit]) -> [SearchHit] {
        var seen: Set<String> = []
        return hits.filter { seen.insert($0.canonicalURL ?? $0.url).inserted }
    }

    /// The part of a ranking that was asked for.
    static func part(_ hits: [SearchHit], _ request: SearchRequest) -> [SearchHit] {
        let whole = request.onePerPage ? onePerPage(hits) : hits
        return Array(whole.dropFirst(request.offset).prefix(request.limit))
    }
}
