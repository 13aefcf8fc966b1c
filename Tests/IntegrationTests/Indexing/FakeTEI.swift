import Foundation
import Synchronization

/// TEI as its OpenAPI document and its code describe it, with vectors computed from the text and faults on demand.
final class FakeTEI: Sendable {
    struct Settings: Sendable {
        var dimension = 4
        var batch = 32
        /// Texts that contain this are refused with 422.
        var poison: String?
        /// Answers in place of the next ones to `/embed`, in their order.
        var script: [ScriptedService.Answer] = []
    }

    let settings: Mutex<Settings>
    let batches = Mutex<[Int]>([])

    init(_ settings: Settings = Settings()) { self.settings = Mutex(settings) }

    func serve() throws -> ScriptedService { try ScriptedService { self.answer($0) } }

    static func vector(_ text: String, _ dimension: Int) -> String {
        let seed = text.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFFFF }
        return "[" + (0..<dimension).map { "0.\(seed % 997 + $0)" }.joined(separator: ",") + "]"
    }

    /// Words between blanks, in byte offsets.
    private static func tokens(_ text: String) -> String {
        let words = text.utf8.split { $0 <= 0x20 }.map { word in
            let start = text.utf8.distance(from: text.startIndex, to: word.startIndex)
            return #"{"id":1,"text":"w\"start\":","special":false,"start":\#(start),"stop":\#(start + word.count)}"#
        }
        return "[" + words.joined(separator: ",") + "]"
    }

    func answer(_ call: ScriptedService.Call) -> ScriptedService.Answer {
        let now = settings.withLock { $0 }
        switch call.path {
        case "/info":
            return .json(
                #"{"model_id":"fake","model_sha":"abc","model_dtype":"float32","max_input_length":512,"#
                    + #""max_batch_tokens":16384,"max_client_batch_size":\#(now.batch),"max_concurrent_requests":512,"version":"1.9.3"}"#
            )
        case "/embed":
            if let scripted = settings.withLock({ $0.script.isEmpty ? nil : $0.script.removeFirst() }) {
                return scripted
            }
            guard call.json["truncate"] as? Bool == false, let inputs = call.json["inputs"] as? [String] else {
                return .json("wrong shape", status: 422)
            }
            batches.withLock { $0.append(inputs.count) }
            if inputs.count > now.batch {
                return .json(#"{"error":"batch size","error_type":"Validation"}"#, status: 422)
            }
            if let poison = now.poison, inputs.contains(where: { $0.contains(poison) }) {
                return .json(
                    #"{"error":"`inputs` must have less than 512 tokens","error_type":"Validation"}"#, status: 422)
            }
            return .json("[" + inputs.map { Self.vector($0, now.dimension) }.joined(separator: ",") + "]")
        case "/tokenize":
            let lists = (call.json["inputs"] as? [String] ?? []).map(Self.tokens)
            return .json("[" + lists.joined(separator: ",") + "]")
        default: return .json("{}", status: 404)
        }
    }
}
