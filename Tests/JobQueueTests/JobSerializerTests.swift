import Testing

@testable import JobQueue

/// RQ's JSONSerializer: the same call, written otherwise.
@Suite struct JobSerializerTests {
    private func call(_ text: String) throws(JobRefusal) -> JobCall {
        let bytes = Array(text.utf8)
        return try JobSerializer.of(bytes).call(from: bytes)
    }

    @Test func `JSON is told from a pickle by its first byte`() throws {
        #expect(JobSerializer.of(Array("[]".utf8)) == .json && JobSerializer.of([0x80, 5]) == .pickle)
        let read = try call(
            #"["worker.index_document_job", null, [{"url": "\u00e9", "n": null, "t": true, "f": 1.5, "i": -3}], {}]"#)
        #expect(read.function == "worker.index_document_job" && read.keywordArguments.isEmpty)
        let document = try #require(read.arguments.first)
        #expect(document["url"] == .string("é") && document["n"] == PickleValue.none && document["t"] == .bool(true))
        #expect(document["f"] == .double(1.5) && document["i"] == .int(-3))
    }

    @Test(arguments: [
        #"["f", null, [], {}"#, #"["f", null, []]"#, "[1, null, [], {}]", #"["f", {}, [], {}]"#, #"["f", null, 1, {}]"#,
        #"["f", null, [], []]"#, "[NaN]", "[\"f\u{1}\", null, [], {}]",
    ])
    func `what is not RQ's array of four is refused`(text: String) {
        #expect(throws: JobRefusal.self) { try call(text) }
    }

    @Test func `JSON that is nested too deeply never reaches the parser`() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JobRefusal.json("refused: more than 128 nested containers at byte 128")) { try call(deep) }
        #expect(throws: JSONBounds.Excess.values(limit: 3, offset: 6)) {
            var limits = PickleLimits()
            limits.nodes = 3
            try JSONBounds.check(Array("[1,2,3,4]".utf8), limits: limits)
        }
        #expect(throws: Never.self) { try JSONBounds.check(Array(#"["[[[[\"[[[,,,"]"#.utf8)) }
    }

    @Test func `a result is written as the call was`() throws {
        let value: PickleValue = ["success": .bool(true), "url": .string("é/\"\n")]
        #expect(JobSerializer.pickle.encode(value).first == 0x80)
        let bytes = JobSerializer.json.encode(value)
        let read = try call(#"["f", null, ["# + String(decoding: bytes, as: UTF8.self) + "], {}]")
        #expect(read.arguments[0]["url"] == .string("é/\"\n") && read.arguments[0]["success"] == .bool(true))
    }
}
