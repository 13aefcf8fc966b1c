import Testing

@testable import Indexing

struct SentencesTests {
    private func sentences(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        var starts = [0]
        while let last = starts.last,
            let next = TextBoundaries.firstSentence(in: last..<bytes.count, textStart: 0, bytes.span)
        {
            starts.append(next)
        }
        starts.append(bytes.count)
        return zip(starts, starts.dropFirst()).map { String(decoding: bytes[$0..<$1], as: UTF8.self) }
            .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }.filter { !$0.isEmpty }
    }

    @Test(arguments: [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("He said \"Stop.\" Then (he left.) *Gone.* Yes", ["He said \"Stop.\"", "Then (he left.)", "*Gone.*", "Yes"]),
        (
            "See e.g. Dr. Smith, J. Doe and Fig. 3 etc. Then go.",
            ["See e.g. Dr. Smith, J. Doe and Fig. 3 etc. Then go."]
        ),
        ("Version 3.14 is out. Take v2.0. It works", ["Version 3.14 is out.", "Take v2.0.", "It works"]),
        ("1. First of all\n2. Second", ["1. First of all 2. Second"]),
        ("it ends. but goes on", ["it ends. but goes on"]),
        ("停止了。然后「好。」走！是吗？对", ["停止了。", "然后「好。」", "走！", "是吗？", "对"]),
        ("“Ja.” »Gut.« Ende… Neu", ["“Ja.”", "»Gut.« Ende…", "Neu"]),
        ("هل هذا؟ نعم", ["هل هذا؟", "نعم"]),
        ("यह है। वह है।", ["यह है।", "वह है।"]),
    ])
    func `sentences end where readers think so`(text: String, expected: [String]) {
        #expect(sentences(text) == expected)
    }
}
