import Foundation
import Synchronization

/// Qdrant's REST interface over a dictionary, as far as the worker uses it, with faults on demand.
final class FakeQdrant: Sendable {
    struct Point: @unchecked Sendable {
        var vector: [Double]
        /// What its keyword vector was made of.
        var document: String?
        var payload: [String: Any]
    }

    struct State: @unchecked Sendable {
        /// nil: `GET /` answers 404, as behind a proxy that lets only the collections through.
        var version: String? = "1.19.0"
        var dimension: Int?
        var distance = "Cosine"
        var shards = 1
        /// The collection has the sparse vector `bm25`.
        var sparse = false
        /// The payload index of `text` scores.
        var textScores = false
        /// What the collection was created with.
        var created: [String: Any] = [:]
        var metadata: [String: Any] = [:]
        var indexes: Set<String> = []
        var points: [String: Point] = [:]
        /// Answers in place of the next ones to writes, in their order.
        var script: [ScriptedService.Answer] = []
        /// After so many writes every further one is refused; nil for never.
        var writesLeft: Int?
        /// What was done, operation by operation; those of a batch carry a "+".
        var writes: [String] = []
        /// What was read, by route.
        var reads: [String] = []
        /// Points in each upsert that was done.
        var upserts: [Int] = []
        /// Strict mode's bound for an upsert.
        var mostPoints: Int?
        /// Largest body, in bytes.
        var bodyLimit = 32 << 20
        /// A payload text that makes its whole request be refused.
        var poison: String?
        var ordering: String?
    }

    let state: Mutex<State>

    init(_ state: State = State()) { self.state = Mutex(state) }

    var points: [String: Point] { state.withLock { $0.points } }

    func serve() throws -> ScriptedService { try ScriptedService { self.answer($0) } }

    func answer(_ call: ScriptedService.Call) -> ScriptedService.Answer {
        state.withLock { state in
            let prefix = "/collections/docs"
            if call.path == "/", let version = state.version {
                return .json(#"{"title":"qdrant - vector search engine","version":"\#(version)"}"#)
            }
            guard call.path.hasPrefix(prefix) else { return .json("{}", status: 404) }
            let action = call.method + " " + call.path.dropFirst(prefix.count)
            switch action {
            case "GET ": return Self.describe(state)
            case "PUT ": return Self.create(&state, call.json)
            case "PATCH ":
                state.metadata.merge(call.json["metadata"] as? [String: Any] ?? [:]) { $1 }
                return Self.result(true)
            case "PUT /index":
                state.indexes.insert(call.json["field_name"] as? String ?? "")
                if (call.json["field_schema"] as? [String: Any])?["scoring"] != nil { state.textScores = true }
                return Self.completed
            case "PUT /vectors/bm25":
                if state.sparse { return Self.error(400, "Wrong input: Vector with name bm25 already exists") }
                state.sparse = true
                return Self.completed
            case "POST /points", "POST /points/count", "POST /points/scroll", "POST /points/query",
                "POST /points/query/groups":
                state.reads.append(action)
                guard state.dimension != nil else { return Self.missing }
                return Self.read(state, action, call.json)
            case "PUT /points", "POST /points/delete", "POST /points/payload", "POST /points/batch":
                return Self.write(&state, action, call)
            default: return Self.error(404, "no route")
            }
        }
    }

    static let completed = ScriptedService.Answer.json(
        #"{"result":{"operation_id":1,"status":"completed"},"status":"ok"}"#)
    private static let missing = error(404, "Not found: Collection `docs` doesn't exist!")

    static func error(_ status: Int, _ text: String) -> ScriptedService.Answer {
        .json(#"{"status":{"error":"\#(text)"},"time":0}"#, status: status)
    }

    static func result(_ value: Any) -> ScriptedService.Answer {
        let data = (try? JSONSerialization.data(withJSONObject: ["result": value, "status": "ok"])) ?? Data()
        return .json(String(decoding: data, as: UTF8.self))
    }

    private static func create(_ state: inout State, _ json: [String: Any]) -> ScriptedService.Answer {
        if state.dimension != nil { return error(409, "Wrong input: Collection `docs` already exists!") }
        let vectors = json["vectors"] as? [String: Any]
        state.dimension = vectors?["size"] as? Int
        state.distance = vectors?["distance"] as? String ?? ""
        state.shards = json["shard_number"] as? Int ?? state.shards
        state.metadata = json["metadata"] as? [String: Any] ?? [:]
        state.sparse = json["sparse_vectors"] != nil
        state.created = json
        return .json(#"{"result":true,"status":"ok"}"#)
    }

    private static func describe(_ state: State) -> ScriptedService.Answer {
        guard let dimension = state.dimension else { return missing }
        let vectors = (state.created["vectors"] as? [String: Any] ?? [:]).merging([
            "size": dimension, "distance": state.distance,
        ]) { $1 }
        var params: [String: Any] = [
            "vectors": vectors, "shard_number": state.shards,
            "replication_factor": state.created["replication_factor"] ?? 1,
        ]
        if state.sparse { params["sparse_vectors"] = ["bm25": ["modifier": "idf"]] }
        let config: [String: Any] = [
            "params": params, "metadata": state.metadata,
            "quantization_config": state.created["quantization_config"] ?? NSNull(),
        ]
        let schema = state.indexes.map { field in
            let scores = field == "text" && state.textScores
            return (field, ["data_type": "keyword", "params": ["scoring": scores]] as [String: Any])
        }
        return result(["status": "green", "config": config, "payload_schema": Dictionary(uniqueKeysWithValues: schema)])
    }
}
