/// One piece of a document: its text, where it stands in the document's UTF-8, how many tokens it has.
struct Chunk: Equatable, Sendable {
    var text: String
    var ordinal: Int
    var bytes: Range<Int>
    var tokens: Int
    var headings: [String]
}

struct ChunkSettings: Equatable, Sendable {
    var budget: Int
    var overlap: Int
}

/// Where one token stands in its text, in UTF-8 bytes.
struct TokenSpan: Equatable, Sendable {
    var start: Int
    var end: Int
}

let chunkerVersion = "lines-0"
