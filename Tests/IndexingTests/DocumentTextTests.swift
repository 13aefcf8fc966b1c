import Foundation
import Testing

@testable import Indexing

@Suite struct DocumentTextTests {
    @Test func `text written as JSON is read back by a JSON parser`() throws {
        let texts = ["", "plain", "quote \" backslash \\ slash /", "\u{0}\u{1}\t\n\r\u{1F}\u{7F}", "é 漢字 😀 \u{2028}"]
        var json = JSONText()
        json.strings(texts)
        #expect(try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String] == texts)
        for text in texts {
            var one = JSONText()
            one.string(text)
            #expect(one.bytes.count == JSONText.size(of: text))
        }
    }

    @Test func `every byte that needs an escape gets one, wherever it stands in a text`() throws {
        let filler = "0123456789 é 漢字 ~ÿ "
        for scalar in (0..<0x100).compactMap(UnicodeScalar.init) {
            for length in [0, 1, 15, 30, 31, 32, 33, 63, 64, 70] {
                let text = String(String(repeating: filler, count: 4).prefix(length)) + "\(Character(scalar))" + filler
                var json = JSONText()
                json.strings([text])
                let parsed = try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String]
                #expect(parsed?.first?.unicodeScalars.elementsEqual(text.unicodeScalars) == true, "\(scalar.value)")
                #expect(json.bytes.count == JSONText.size(of: text) + 2)
            }
        }
    }

    @Test(arguments: [0, 7, -7, 10, 128, -1_000_000, .max, .min]) func `integers are written in full`(number: Int) {
        var json = JSONText()
        json.integer(number)
        #expect(String(decoding: json.bytes, as: UTF8.self) == "\(number)")
    }

    @Test func `a payload goes on behind what was written of it before`() {
        var payload = Payload()
        payload.set("a", .integer(1))
        payload.set("b", "x\"")
        var (once, twice) = (payload.prepared, payload.prepared.prepared)
        #expect(once == payload)
        payload.set("c", .strings(["y"]))
        #expect(once != payload)
        once.set("c", .strings(["y"]))
        twice.set("c", .strings(["y"]))
        var json = JSONText()
        twice.write(into: &json)
        #expect(String(decoding: json.bytes, as: UTF8.self) == #"{"a":1,"b":"x\"","c":["y"]}"#)
        #expect(payload == once && once == twice)
    }

    @Test func `token places are read past any token text`() {
        let answer = #"""
            [[{"id":101,"text":"[CLS]","special":true,"start":null,"stop":null},
              {"id":1,"text":"\"start\":9,\\","special":false,"start":0,"stop":5},
              {"stop":12,"start":6,"special":false,"text":"]}","id":2}], [] ]
            """#
        #expect(
            TokenizeAnswer.parse(Array(answer.utf8)) == [
                [TokenSpan(start: 0, end: 5), TokenSpan(start: 6, end: 12)], [],
            ])
    }

    @Test(arguments: [
        "", "[", "[[{]]", "[[{\"start\":1,\"stop\":0}]]", "[[{\"start\":}]]", "[[{\"text\":\"x]]", "[[]] x", "{}",
        "[[1]]",
    ])
    func `an answer that is no list of tokens is none`(text: String) {
        #expect(TokenizeAnswer.parse(Array(text.utf8)) == nil)
    }

    @Test func `the later job is the one created later, whatever its zone is written like`() {
        func generation(_ time: String, _ job: String = "j") -> Generation { Generation(createdAt: time, jobID: job) }
        #expect(generation("2025-11-11T10:00:00Z") < generation("2025-11-11T10:00:00.5Z"))
        #expect(generation("2025-11-11T10:00:00.500000Z") < generation("2025-11-11T10:00:01Z"))
        #expect(generation("2025-11-11 10:00:00.1") < generation("2025-11-11T10:00:00.2+00:00"))
        #expect(generation("2025-11-11T10:00:00Z", "a") < generation("2025-11-11T10:00:00Z", "b"))
        let some = generation("2025-11-11T10:00:00.5Z", "job with blanks")
        #expect(Generation(stored: some.text) == some)
        #expect(Generation(stored: "") < some)
    }

    @Test func `only a finished document with nothing stale counts as unchanged`() {
        #expect(DocumentState(contentHash: "h", chunkCount: 2, chunkHigh: 2).holds("h"))
        #expect(!DocumentState(contentHash: "h", chunkCount: 2, chunkHigh: 3).holds("h"))
        #expect(!DocumentState(contentHash: "", chunkCount: 2, chunkHigh: 2).holds(""))
        #expect(!DocumentState(contentHash: "h", chunkCount: 2, chunkHigh: 2).holds("i"))
    }

    @Test func `a payload has the keys the search reads, null where nothing is known`() throws {
        let document = IndexDocument(
            url: "https://E.com/a?utm_term=x", title: "T", markdown: "m", createdAt: "", jobID: "")
        let payload = DocumentPayload(document, CanonicalURL(document.url), contentID: 7)
        let chunk = Chunk(text: "body", ordinal: 3, bytes: 5..<9, tokens: 2, headings: ["A", "B"])
        var json = JSONText()
        payload.point(chunk, ordinal: 1, chunker: "c", state: nil).write(into: &json)
        let read = try #require(try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: Any])
        #expect(
            Set(read.keys) == [
                "url", "canonical_url", "domain", "title", "description", "language", "country", "isMobile",
                "content_id",
                "text", "chunk_index", "token_count", "headings", "bytes", "chunker",
            ])
        #expect(read["canonical_url"] as? String == "https://e.com/a")
        #expect(read["description"] is NSNull)
        #expect(read["chunk_index"] as? Int == 1)
        #expect(read["bytes"] as? [Int] == [5, 9])
    }

    @Test func `waves are bounded in points and in bytes`() {
        func chunks(_ count: Int, _ size: Int) -> [Chunk] {
            (0..<count).map {
                Chunk(text: String(repeating: "x", count: size), ordinal: $0, bytes: 0..<size, tokens: 1, headings: [])
            }
        }
        #expect(DocumentWriter.waves(chunks(300, 1), shared: 0) == [0..<128, 128..<256, 256..<300])
        #expect(DocumentWriter.waves(chunks(3, 3 << 20), shared: 0) == [0..<1, 1..<2, 2..<3])
        #expect(DocumentWriter.waves([], shared: 9) == [])
        #expect(DocumentWriter.waves(chunks(3, 1), shared: 3 << 20) == [0..<1, 1..<2, 2..<3])
    }
}
