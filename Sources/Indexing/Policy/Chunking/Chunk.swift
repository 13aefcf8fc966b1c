/// The way documents are cut, as part of their content hash: raised whenever the same text would be cut otherwise.
public let chunkerVersion = "pulse-1"

/// A part of a document that becomes one vector.
public struct Chunk: Sendable, Equatable {
    /// What is embedded and stored: the document's bytes in `bytes`, led by the table's header rows if the chunk
    /// continues a table.
    public let text: String
    /// Its place in the document, from 0.
    public let ordinal: Int
    /// Where it lies in the normalised text; neighbours overlap where a section was split.
    public let bytes: Range<Int>
    /// Tokens of `text` under the map it was cut with, without the model's special tokens; at least 1.
    public let tokens: Int
    /// Title and headings that hold for the whole chunk, the outermost first.
    public let headings: [String]

    public init(text: String, ordinal: Int, bytes: Range<Int>, tokens: Int, headings: [String]) {
        self.text = text
        self.ordinal = ordinal
        self.bytes = bytes
        self.tokens = tokens
        self.headings = headings
    }
}

/// How large chunks may be, in tokens.
public struct ChunkSettings: Sendable, Hashable {
    /// No chunk holds more; the model's limit less its special tokens and prompt.
    public let budget: Int
    /// How much of the end of one part of a split section the next part repeats, at most; in whole sentences.
    public let overlap: Int

    public init(budget: Int, overlap: Int) {
        self.budget = min(max(1, budget), 1 << 20)
        self.overlap = min(max(0, overlap), self.budget / 2)
    }

    /// A bound in bytes too: a tokenizer may make one token of a megabyte without a space.
    var longest: Int { max(256, budget * 32) }
}
