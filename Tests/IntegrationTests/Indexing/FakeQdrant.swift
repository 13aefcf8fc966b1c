import Foundation
import Synchronization

/// Qdrant's REST interface over a dictionary, as far as the worker uses it, with faults on demand.
final class FakeQdrant: Sendable {
    struct Point: @unchecked Sendable {
        var vector: [Double]
        /// What the server was given to make the vector `bm25` of.
        var document: String?
        var payload: [String: Any]
    }

    struct State: Sendable {
        var dimension: Int?
        var distance = "Cosine"
        /// nil: `GET /` answers 404, as behind a proxy that lets only the collections through.
        var version: String?
        /// The collection has the sparse vector `bm25`.
        var sparse = false
        /// The payload index of `text` scores.
        var textScores = false
        var indexes: Set<String> = []
        var points: [String: Point] = [:]
        /// Answers in place of the next ones to writes, in their order.
        var script: [ScriptedService.Answer] = []
        /// After so many writes every further one is refused; nil for never.
        var writesLeft: Int?
        var writes: [String] = []
    }

    let state: Mutex<State>

    init(_ state: State = State()) { self.state = Mutex(state) }

    var points: [String: Point] { state.withLock { $0.points } }

    func serve() throws -> ScriptedService { try ScriptedService { self.answer($0) } }

    func answer(_ call: ScriptedService.Call) -> ScriptedService.Answer {
        state.withLock { state in
            if call.path == "/", let version = state.version {
                return .json(#"{"title":"qdrant - vector search engine","version":"\#(version)"}"#)
            }
            let prefix = "/collections/docs"
            guard call.path.hasPrefix(prefix) else { return .json("{}", status: 404) }
            let action = call.method + " " + call.path.dropFirst(prefix.count)
            switch action {
            case "GET ": return Self.describe(state)
            case "PUT ":
                if state.dimension != nil { return Self.error(409, "Wrong input: Collection `docs` already exists!") }
                state.dimension = (call.json["vectors"] as? [String: Any])?["size"] as? Int
                state.sparse = call.json["sparse_vectors"] != nil
                return .json(#"{"result":true,"status":"ok"}"#)
            case "PUT /index":
                state.indexes.insert(call.json["field_name"] as? String ?? "")
                if (call.json["field_schema"] as? [String: Any])?["scoring"] != nil { state.textScores = true }
                return Self.completed
            case "PUT /vectors/bm25":
                if state.sparse { return Self.error(400, "Wrong input: Vector with name bm25 already exists") }
                state.sparse = true
                return Self.completed
            case "POST /points": return Self.retrieve(state, call.json)
            case "POST /points/count":
                return Self.result(["count": Self.passing(state, call.json["filter"]).count])
            case "POST /points/scroll": return Self.scroll(state, call.json)
            case "POST /points/query":
                return Self.result(["points": Self.ranking(state, call.json).map(\.json)])
            case "POST /points/query/groups": return Self.groups(state, call.json)
            case "PUT /points", "POST /points/delete", "POST /points/payload": return Self.write(&state, action, call)
            default: return Self.error(404, "no route")
            }
        }
    }

    private static let completed = ScriptedService.Answer.json(
        #"{"result":{"operation_id":1,"status":"completed"},"status":"ok"}"#)

    static func error(_ status: Int, _ text: String) -> ScriptedService.Answer {
        .json(#"{"status":{"error":"\#(text)"},"time":0}"#, status: status)
    }

    private static func describe(_ state: State) -> ScriptedService.Answer {
        guard let dimension = state.dimension else { return error(404, "Not found: Collection `docs` doesn't exist!") }
        let schema = state.indexes.map { field in
            let scores = field == "text" && state.textScores
            return #""\#(field)":{"data_type":"keyword","params":{"scoring":\#(scores)}}"#
        }.joined(separator: ",")
        let sparse = state.sparse ? #""sparse_vectors":{"bm25":{"modifier":"idf"}},"# : ""
        return .json(
            #"{"result":{"status":"green","config":{"params":{"vectors":{"size":\#(dimension),"distance":"\#(state.distance)"},"#
                + sparse + #""shard_number":1}},"payload_schema":{\#(schema)}},"status":"ok"}"#)
    }

    private static func write(_ state: inout State, _ action: String, _ call: ScriptedService.Call)
        -> ScriptedService.Answer
    {
        if !state.script.isEmpty { return state.script.removeFirst() }
        if let left = state.writesLeft {
            if left == 0 { return error(500, "crashed here") }
            state.writesLeft = left - 1
        }
        guard call.query == "wait=true", let dimension = state.dimension else {
            return error(400, "no wait or no collection")
        }
        state.writes.append(action)
        let json = call.json
        switch action {
        case "PUT /points":
            guard let batch = json["batch"] as? [String: Any], let ids = batch["ids"] as? [String],
                let vectors = Self.dense(batch["vectors"]), let payloads = batch["payloads"] as? [[String: Any]]
            else { return error(400, "bad JSON") }
            if let wrong = vectors.first(where: { $0.count != dimension }) {
                return error(400, "Vector dimension error: expected dim: \(dimension), got \(wrong.count)")
            }
            for (index, id) in ids.enumerated() {
                state.points[id] = Point(
                    vector: vectors[index], document: Self.document(batch["vectors"], index), payload: payloads[index])
            }
        case "POST /points/delete": for id in json["points"] as? [String] ?? [] { state.points[id] = nil }
        default:
            for id in json["points"] as? [String] ?? [] {
                state.points[id]?.payload.merge(json["payload"] as? [String: Any] ?? [:]) { $1 }
            }
        }
        return completed
    }

    private static func retrieve(_ state: State, _ json: [String: Any]) -> ScriptedService.Answer {
        guard state.dimension != nil else { return error(404, "Not found: Collection `docs` doesn't exist!") }
        let found = (json["ids"] as? [String] ?? []).compactMap { id in
            state.points[id].map { ["id": id, "payload": $0.payload] as [String: Any] }
        }
        return result(found)
    }

    static func result(_ value: Any) -> ScriptedService.Answer {
        let data = (try? JSONSerialization.data(withJSONObject: ["result": value, "status": "ok"])) ?? Data()
        return .json(String(decoding: data, as: UTF8.self))
    }
}
