import Foundation

/// Points: what is written and what is read.
extension FakeQdrant {
    static func write(
        _ state: inout State, _ action: String, _ call: ScriptedService.Call
    ) -> ScriptedService.Answer {
        if !state.script.isEmpty { return state.script.removeFirst() }
        guard state.dimension != nil else { return error(404, "Not found: Collection `docs` doesn't exist!") }
        let query = "wait=true" + (state.ordering.map { "&ordering=\($0)" } ?? "")
        guard call.query == query else { return error(400, "the query is \(call.query)") }
        guard call.body.count <= state.bodyLimit else {
            return error(
                400, "JSON payload (\(call.body.count) bytes) is larger than allowed (limit: \(state.bodyLimit) bytes)."
            )
        }
        guard action == "POST /points/batch" else { return operate(&state, action, call.json) ?? completed }
        let names = ["upsert": "PUT /points", "delete": "POST /points/delete", "set_payload": "POST /points/payload"]
        let operations = call.json["operations"] as? [[String: Any]] ?? []
        for operation in operations {
            guard let (key, body) = operation.first, let name = names[key], let json = body as? [String: Any] else {
                return error(400, "bad JSON")
            }
            // The first that fails ends them; those before it are done.
            if let failure = operate(&state, name, json, mark: "+") { return failure }
        }
        return result(operations.map { _ in ["operation_id": 1, "status": "completed"] as [String: Any] })
    }

    /// - Returns: why it is refused.
    private static func operate(
        _ state: inout State, _ action: String, _ json: [String: Any], mark: String = ""
    ) -> ScriptedService.Answer? {
        if let left = state.writesLeft {
            if left == 0 { return error(500, "crashed here") }
            state.writesLeft = left - 1
        }
        switch action {
        case "PUT /points": if let failure = upsert(&state, json) { return failure }
        case "POST /points/delete": for id in json["points"] as? [String] ?? [] { state.points[id] = nil }
        default:
            for id in json["points"] as? [String] ?? [] {
                guard state.points[id] != nil else { return error(404, "Not found: No point with id \(id) found") }
                state.points[id]?.payload.merge(json["payload"] as? [String: Any] ?? [:]) { $1 }
            }
        }
        state.writes.append(mark + action)
        return nil
    }

    private static func upsert(_ state: inout State, _ json: [String: Any]) -> ScriptedService.Answer? {
        guard let batch = json["batch"] as? [String: Any], let ids = batch["ids"] as? [String],
            let vectors = dense(batch["vectors"]), let payloads = batch["payloads"] as? [[String: Any]]
        else { return error(400, "bad JSON") }
        if let most = state.mostPoints, ids.count > most {
            return error(
                400,
                #"Bad request: Limit exceeded \#(ids.count) > \#(most) for \"upsert_max_batchsize\". Help: Reduce it"#)
        }
        if let poison = state.poison, payloads.contains(where: { ($0["text"] as? String)?.contains(poison) == true }) {
            return error(422, "Validation error in JSON body")
        }
        if let wrong = vectors.first(where: { $0.count != state.dimension }) {
            return error(
                400, "Vector dimension error: expected dim: \(state.dimension ?? 0), got \(wrong.count)")
        }
        for (index, id) in ids.enumerated() {
            state.points[id] = Point(
                vector: vectors[index], document: document(batch["vectors"], index), payload: payloads[index])
        }
        state.upserts.append(ids.count)
        return nil
    }

    static func read(_ state: State, _ action: String, _ json: [String: Any]) -> ScriptedService.Answer {
        switch action {
        case "POST /points":
            let found = (json["ids"] as? [String] ?? []).compactMap { id in
                state.points[id].map { ["id": id, "payload": $0.payload] as [String: Any] }
            }
            return result(found)
        case "POST /points/count": return result(["count": passing(state, json["filter"]).count])
        case "POST /points/scroll": return scroll(state, json)
        case "POST /points/query/groups": return groups(state, json)
        default: return result(["points": ranking(state, json).map(\.json)])
        }
    }
}
