import Foundation

/// Filters, pages and rankings, plain enough to be right at a glance.
extension FakeQdrant {
    struct Ranked {
        var id: String
        var score: Double
        var payload: [String: Any]

        var json: [String: Any] { ["id": id, "score": score, "payload": payload] }
    }

    static func dense(_ vectors: Any?) -> [[Double]]? {
        (vectors as? [String: Any])?[""] as? [[Double]] ?? vectors as? [[Double]]
    }

    /// The text in the place of the vector `bm25`.
    static func document(_ vectors: Any?, _ index: Int) -> String? {
        let documents = (vectors as? [String: Any])?["bm25"] as? [[String: Any]]
        guard let one = documents?[index], one["model"] as? String == "qdrant/bm25" else { return nil }
        return one["text"] as? String
    }

    /// The points that pass, by id.
    static func passing(_ state: State, _ filter: Any?) -> [(id: String, point: Point)] {
        let filter = filter as? [String: Any] ?? [:]
        func holds(_ condition: Any, _ point: Point) -> Bool {
            guard let condition = condition as? [String: Any] else { return false }
            if let key = (condition["is_empty"] as? [String: String])?["key"] {
                return point.payload[key] == nil || point.payload[key] is NSNull
            }
            if condition["has_vector"] as? String == "bm25" { return point.document != nil }
            guard let key = condition["key"] as? String, let value = (condition["match"] as? [String: Any])?["value"]
            else { return false }
            return (point.payload[key] as? NSObject) == (value as? NSObject)
        }
        let (must, should) = (filter["must"] as? [Any] ?? [], filter["should"] as? [Any] ?? [])
        let mustNot = filter["must_not"] as? [Any] ?? []
        return state.points.sorted { $0.key < $1.key }.map { (id: $0.key, point: $0.value) }.filter { _, point in
            must.allSatisfy { holds($0, point) } && (should.isEmpty || should.contains { holds($0, point) })
                && !mustNot.contains { holds($0, point) }
        }
    }

    /// Pages of two, so that every reader meets a second one.
    static func scroll(_ state: State, _ json: [String: Any]) -> ScriptedService.Answer {
        let fields = json["with_payload"] as? [String] ?? []
        let from = json["offset"] as? String ?? ""
        let all = passing(state, json["filter"]).filter { $0.id >= from }
        let page = all.prefix(min(2, json["limit"] as? Int ?? 10)).map { id, point in
            ["id": id, "payload": point.payload.filter { fields.contains($0.key) }] as [String: Any]
        }
        return result(["points": page, "next_page_offset": all.count > 2 ? all[2].id : NSNull()] as [String: Any])
    }

    static func ranking(_ state: State, _ json: [String: Any]) -> [Ranked] {
        let query = json["query"]
        let ranked: [Ranked]
        if let rrf = (query as? [String: Any])?["rrf"] as? [String: Any], let k = rrf["k"] as? Int {
            ranked = fused((json["prefetch"] as? [[String: Any]] ?? []).map { ranking(state, $0) }, k)
        } else {
            ranked = passing(state, json["filter"]).compactMap { id, point in
                score(point, query, json["using"] as? String).map { Ranked(id: id, score: $0, payload: point.payload) }
            }
        }
        let best = ranked.sorted { ($1.score, $0.id) < ($0.score, $1.id) }
        return Array(best.dropFirst(json["offset"] as? Int ?? 0).prefix(json["limit"] as? Int ?? 10))
    }

    static func groups(_ state: State, _ json: [String: Any]) -> ScriptedService.Answer {
        let field = json["group_by"] as? String ?? ""
        var wide = json
        wide["limit"] = state.points.count
        var seen: Set<String> = []
        let firsts = ranking(state, wide).filter { seen.insert($0.payload[field] as? String ?? "").inserted }
        return result([
            "groups": firsts.prefix(json["limit"] as? Int ?? 3).map {
                ["id": $0.payload[field] ?? "", "hits": [$0.json]] as [String: Any]
            }
        ])
    }

    /// nil: not found by this at all.
    private static func score(_ point: Point, _ query: Any?, _ using: String?) -> Double? {
        if let vector = query as? [Double] {
            return -zip(vector, point.vector).reduce(0) { $0 + abs($1.0 - $1.1) }
        }
        let text = using == "bm25" ? point.document : point.payload["text"] as? String
        guard let text, let words = (query as? [String: Any])?["text"] as? String else { return nil }
        let held = Set(text.lowercased().split { !$0.isLetter && !$0.isNumber })
        let shared = words.lowercased().split(separator: " ").count { held.contains($0) }
        return shared > 0 ? Double(shared) : nil
    }

    /// Positions from 0, as the server counts.
    private static func fused(_ lists: [[Ranked]], _ k: Int) -> [Ranked] {
        var all: [String: Ranked] = [:]
        for list in lists {
            for (position, hit) in list.enumerated() {
                all[hit.id, default: Ranked(id: hit.id, score: 0, payload: hit.payload)].score +=
                    1 / Double(position + k)
            }
        }
        return Array(all.values)
    }
}
