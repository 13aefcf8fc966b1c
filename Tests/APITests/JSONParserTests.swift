import Testing

@testable import pulse_api

@Suite struct `JSON is read to the letter` {
    private func parse(_ text: String) -> JSONValue? { try? JSONParser.parse(Array(text.utf8)) }

    private func problem(_ text: String) -> JSONParser.Problem? {
        do throws(JSONParser.Problem) {
            _ = try JSONParser.parse(Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test func `every kind of value`() {
        let value = parse(#" {"a": [null, true, false, -1, 0, 2.5e1, "x"], "b": {}, "c": []} "#)
        #expect(value == ["a": [nil, true, false, -1, 0, .number(25), "x"], "b": [:], "c": []])
    }

    @Test(arguments: [
        (#""a\"\\\/\b\f\n\r\té""#, "a\"\\/\u{8}\u{c}\n\r\té"), (#""😀""#, "😀"), (#""\u0000""#, "\0"), (#""é 😀""#, "é 😀"),
    ]) func `escapes`(_ text: String, _ meaning: String) { #expect(parse(text) == .string(meaning)) }

    @Test(arguments: [
        (#""\ud83d""#, "\u{FFFD}"), (#""cut \ud83d""#, "cut \u{FFFD}"), (#""\ud83dA""#, "\u{FFFD}A"),
        (#""\ude00""#, "\u{FFFD}"), (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
        (#""\ud83d\u0041""#, "\u{FFFD}A"),
    ]) func `half of a character, as JavaScript cuts them`(_ text: String, _ meaning: String) {
        #expect(parse(text) == .string(meaning))
    }

    @Test func `a number that is too large for one is nobody's error who does not want it`() {
        #expect(parse("[1e999, -1e999]") == [.number(.infinity), .number(-.infinity)])
        #expect(parse("1e999")?.wholeNumber == nil)
    }

    @Test(arguments: [
        "", " ", "{", "[1,]", "{,}", #"{"a"}"#, #"{"a":1,}"#, "{'a':1}", "nul", "01", "1.", ".5", "1e", "+1", "NaN",
        "1 2",
        "\"a", "\"a\nb\"", #""\x""#, #""\u12""#, #""\ud83d\u12""#, "[1] x",
    ]) func `what is none is refused`(_ text: String) { #expect(problem(text) != nil) }

    @Test func `a problem says after how many bytes it shows`() {
        #expect(
            problem(#"{"url": 3, }"#) == .init(position: 11, what: "Expecting property name enclosed in double quotes"))
    }

    @Test func `bytes that are no UTF-8 are refused`() {
        #expect(throws: JSONParser.Problem.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
        #expect(throws: JSONParser.Problem.self) { try JSONParser.parse([0x22, 0xED, 0xA0, 0x80, 0x22]) }
    }

    /// Were what has been read copied at each escape, this would take minutes.
    @Test(.timeLimit(.minutes(1))) func `a long text of short lines is read in one go`() {
        let text = String(repeating: #"A line as texts have them, of few words.\n"#, count: 400_000)
        #expect(parse("\"\(text)\"")?.text?.utf8.count == 41 * 400_000)
    }

    @Test func `nesting is bounded`() {
        let deep = { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) }
        #expect(parse(deep(64)) != nil)
        #expect(problem(deep(65)) != nil)
        #expect(problem(String(repeating: "[", count: 1_000_000)) != nil)
    }

    @Test func `so is the number of values, which take more room than their text`() {
        let list = { "[" + Array(repeating: "0", count: $0).joined(separator: ",") + "]" }
        #expect(parse(list(JSONParser.mostValues - 1)) != nil)
        #expect(problem(list(JSONParser.mostValues)) != nil)
    }

    @Test func `of two members with one name the last counts`() { #expect(parse(#"{"a":1,"a":2}"#)?["a"] == 2) }

    @Test(arguments: ["1e2", "100", "100.0"]) func `a whole number is one however it is written`(_ text: String) {
        #expect(parse(text)?.wholeNumber == 100)
    }

    @Test func `what is no whole number is none`() {
        #expect(
            parse("1.5")?.wholeNumber == nil && parse("1e30")?.wholeNumber == nil && parse("\"1\"")?.wholeNumber == nil)
    }

    @Test func `what is written is read back`() {
        let value: JSONValue = ["a\"\\\u{1}\u{7f}é\n": [nil, true, 7, .number(0.25), "😀"], "b": [:]]
        #expect(parse(String(decoding: value.bytes, as: UTF8.self)) == value)
    }
}
