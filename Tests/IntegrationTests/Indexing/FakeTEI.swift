import Foundation
import Synchronization

/// TEI as its OpenAPI document and its code describe it, with vectors computed from the text and faults on demand.
final class FakeTEI: Sendable {
    struct Settings: Sendable {
        var dimension = 4
        var model = "fake"
        /// What it takes; `/info` says so unless `namedBatch` says otherwise.
        var batch = 32
        var namedBatch: Int?
        /// Bytes of a body.
        var payload = 2_000_000
        /// Words of a text, two special tokens and those of the prompt among them; nil names 512 and takes any number.
        var window: Int?
        /// Refusals as TEI before 1.9 numbers them.
        var isOld = false
        /// The prompts it has, by name.
        var prompts: [String: String] = [:]
        /// Texts that contain this are refused with 422.
        var poison: String?
        /// `/tokenize` refuses them as well.
        var isPoisonUncounted = false
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
    private static func tokens(_ text: String, _ isFramed: Bool) -> String {
        let special = #"{"id":0,"text":"[S]","special":true,"start":null,"stop":null}"#
        let words = text.utf8.split { $0 <= 0x20 }.map { word in
            let start = text.utf8.distance(from: text.startIndex, to: word.startIndex)
            return #"{"id":1,"text":"w\"start\":","special":false,"start":\#(start),"stop":\#(start + word.count)}"#
        }
        return "[" + (isFramed ? [special] + words + [special] : words).joined(separator: ",") + "]"
    }

    func answer(_ call: ScriptedService.Call) -> ScriptedService.Answer {
        let now = settings.withLock { $0 }
        switch call.path {
        case "/info":
            return .json(
                #"{"model_id":"\#(now.model)","model_sha":"abc","model_dtype":"float32","max_input_length":\#(now.window ?? 512),"#
                    + #""max_batch_tokens":16384,"max_client_batch_size":\#(now.namedBatch ?? now.batch),"#
                    + #""max_concurrent_requests":512,"version":"1.9.3"}"#
            )
        case "/embed":
            if let scripted = settings.withLock({ $0.script.isEmpty ? nil : $0.script.removeFirst() }) {
                return scripted
            }
            return embed(call, now)
        case "/tokenize":
            let inputs = call.json["inputs"] as? [String] ?? []
            let isFramed = call.json["add_special_tokens"] as? Bool ?? true
            if now.isPoisonUncounted, let poison = now.poison, inputs.contains(where: { $0.contains(poison) }) {
                return .json(#"{"error":"the tokenizer failed","error_type":"Tokenizer"}"#, status: 422)
            }
            let most = (now.window ?? 512) * 250
            if inputs.contains(where: { $0.count > most }) {
                let words = "`inputs` must have less than \(most) characters"
                return .json(#"{"error":"\#(words)","error_type":"Validation"}"#, status: now.isOld ? 413 : 422)
            }
            do {
                let prompt = try prompt(of: call, now)
                return .json("[" + inputs.map { Self.tokens(prompt + $0, isFramed) }.joined(separator: ",") + "]")
            } catch {
                return error.answer
            }
        default: return .json("{}", status: 404)
        }
    }

    private struct Refusal: Error {
        var answer: ScriptedService.Answer
    }

    private func embed(_ call: ScriptedService.Call, _ now: Settings) -> ScriptedService.Answer {
        func refuse(_ words: String) -> ScriptedService.Answer {
            .json(#"{"error":"\#(words)","error_type":"Validation"}"#, status: now.isOld ? 413 : 422)
        }
        guard call.body.count <= now.payload else {
            let words = "Failed to buffer the request body: length limit exceeded"
            return ScriptedService.Answer(status: 413, type: "text/plain", body: Array(words.utf8))
        }
        guard let isCut = call.json["truncate"] as? Bool, let inputs = call.json["inputs"] as? [String] else {
            return .json("wrong shape", status: 422)
        }
        batches.withLock { $0.append(inputs.count) }
        if inputs.count > now.batch {
            return refuse("batch size \(inputs.count) > maximum allowed batch size \(now.batch)")
        }
        let prompt: String
        do { prompt = try self.prompt(of: call, now) } catch { return error.answer }
        if let poison = now.poison, inputs.contains(where: { $0.contains(poison) }) {
            return refuse("`inputs` must have less than \(now.window ?? 512) tokens")
        }
        let lengths = inputs.map { (prompt + $0).split(whereSeparator: \.isWhitespace).count + 2 }
        if !isCut, let length = lengths.first(where: { $0 > now.window ?? .max }) {
            return refuse("`inputs` must have less than \(now.window ?? 512) tokens. Given: \(length)")
        }
        let dimension = call.json["dimensions"] as? Int ?? now.dimension
        if dimension > now.dimension { return refuse("`dimensions` should be at most \(now.dimension)") }
        return .json(
            "[" + inputs.map { Self.vector(prompt + $0, dimension) }.joined(separator: ",") + "]",
            headers: ["x-compute-tokens": "\(lengths.reduce(0, +))", "x-queue-time": "0", "x-inference-time": "1"])
    }

    private func prompt(of call: ScriptedService.Call, _ now: Settings) throws(Refusal) -> String {
        guard let name = call.json["prompt_name"] as? String else { return "" }
        if let prompt = now.prompts[name] { return prompt }
        let words =
            "`default-prompt-name` is set to `\(name)` but it was not found in the Sentence Transformers prompts"
        throw Refusal(answer: .json(#"{"error":"\#(words)","error_type":"Validation"}"#, status: now.isOld ? 413 : 422))
    }
}
