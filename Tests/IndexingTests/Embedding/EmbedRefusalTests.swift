import Testing

@testable import Indexing

/// Every answer that TEI 1.7 to 1.9 gives instead of vectors, row by row.
@Suite struct `What TEI's refusals mean` {
    struct Row: Sendable {
        var status: Int
        var type = "application/json"
        var body: String
        var kind: ServiceFault.Kind
        var refusal: EmbedRefusal?
    }

    static let rows = [
        Row(status: 400, body: error("`inputs` cannot be empty", "Empty"), kind: .poison, refusal: .text),
        Row(
            status: 400, type: "text/plain", body: "Failed to parse the request body as JSON", kind: .poison,
            refusal: .text),
        Row(status: 401, type: "text/plain", body: "", kind: .configuration),
        Row(
            status: 413, type: "text/plain", body: "Failed to buffer the request body: length limit exceeded",
            kind: .poison, refusal: .tooManyBytes),
        Row(
            status: 413, type: "text/html", body: "<html>413 Request Entity Too Large", kind: .poison,
            refusal: .tooManyBytes),
        Row(
            status: 413, body: error("batch size 64 > maximum allowed batch size 32", "Validation"), kind: .poison,
            refusal: .tooManyInputs(most: 32)),
        Row(
            status: 413, body: error("`inputs` must have less than 512 tokens. Given: 600", "Validation"),
            kind: .poison, refusal: .tooManyTokens(window: 512)),
        Row(
            status: 415, type: "text/plain", body: "Expected request with `Content-Type: application/json`",
            kind: .configuration),
        Row(
            status: 422, body: error("batch size 64 > maximum allowed batch size 32", "Validation"), kind: .poison,
            refusal: .tooManyInputs(most: 32)),
        Row(
            status: 422, body: error("batch size too large", "Validation"), kind: .poison,
            refusal: .tooManyInputs(most: nil)),
        Row(
            status: 422, body: error("`inputs` must have less than 512 tokens. Given: 600", "Validation"),
            kind: .poison, refusal: .tooManyTokens(window: 512)),
        Row(
            status: 422, body: error("`inputs` must have less than this", "Validation"), kind: .poison,
            refusal: .tooManyTokens(window: nil)),
        Row(
            status: 422, body: error("`dimensions` should be positive", "Validation"), kind: .poison,
            refusal: .setting("PULSE_TEI_DIMENSIONS")),
        Row(
            status: 422,
            body: error(
                "`default-prompt-name` is set to `x` but it was not found in the Sentence Transformers prompts",
                "Validation"),
            kind: .poison, refusal: .setting("PULSE_TEI_PROMPT")),
        Row(status: 422, body: error("the tokenizer failed", "Tokenizer"), kind: .poison, refusal: .text),
        Row(
            status: 422, type: "text/plain", body: "Failed to deserialize the JSON body", kind: .poison, refusal: .text),
        Row(status: 424, body: error("CUDA out of memory", "Backend"), kind: .suspect),
        Row(status: 429, body: error("Model is overloaded", "Overloaded"), kind: .overloaded(retryAfter: nil)),
        Row(status: 503, body: error("unhealthy", "Unhealthy"), kind: .transient),
    ]

    @Test(arguments: rows) func `each answer has its class`(row: Row) throws {
        let response = HTTPResponse(
            status: row.status, headers: [("content-type", row.type)], body: Array(row.body.utf8))
        let fault = try #require(ServiceFault.answer(.tei, response, from: SanitizedURL("http://prompt:80/embed")))
        #expect(fault.kind == row.kind)
        if let refusal = row.refusal { #expect(EmbedRefusal(fault, promptSetting: "PULSE_TEI_PROMPT") == refusal) }
    }

    @Test func `a connection that breaks is tried again: a panic ends TEI's process`() {
        #expect(ServiceFault.transport(.tei, .reset(SanitizedURL("http://h")))?.kind == .transient)
    }

    @Test func `a text with no more bytes than the window has tokens is innocent`() {
        #expect(PoisonHunt.suspects([510, 511, 12, 4000], room: 510) == [1, 3])
        #expect(PoisonHunt.suspects([5, 6], room: 510) == [0, 1], "somebody it must have been")
    }

    private static func error(_ text: String, _ type: String) -> String {
        #"{"error":"\#(text)","error_type":"\#(type)"}"#
    }
}
