import Testing

@testable import Indexing

struct SourceTextTests {
    @Test(arguments: [
        ("a\r\nb\rc\n", "a\nb\nc\n"), ("\u{FEFF}a\u{FEFF}b", "a\u{FEFF}b"), ("a\0b\u{7}c\u{7F}d\te", "abcd\te"),
        ("a\u{85}b\u{9F}c\u{A0}d", "a\nbc\u{A0}d"), ("née Ünïcode 👩‍💻", "née Ünïcode 👩‍💻"), ("", ""),
        ("\u{FFFD}", "\u{FFFD}"),
    ])
    func `text is normalised`(raw: String, clean: String) {
        #expect(String(decoding: SourceText(normalising: raw).bytes, as: UTF8.self) == clean)
        #expect(SourceText(normalising: clean).bytes == Array(clean.utf8))
    }
}
