/// The way documents are cut, as part of their content hash: raised with the release by which the same text is cut otherwise, so
/// that it is embedded anew.
public let chunkerVersion = "pulse-1"

/// A part of a document that becomes one vector.
///
/// It is a place in its document and makes its text when asked: the texts of all chunks at once would be the document a
/// second time.
public struct Chunk: Sendable {
    private let source: SourceText
    /// The table's header rows that lead the text.
    private let header: Range<Int>?
    /// Where the text lies in `source`.
    private let place: Range<Int>
    /// Its place in the document, from 0.
    public let ordinal: Int
    /// Where it lies in the normalised text; neighbours overlap where a section was split.
    public let bytes: Range<Int>
    /// Tokens of `text` under the map it was cut with, without the model's special tokens; at least 1.
    public let tokens: Int
    /// Whether `tokens` is an estimate.
    public let isEstimate: Bool
    /// Title and headings that hold for the whole chunk, the outermost first.
    public let headings: [String]

    /// A chunk with a text of its own, which need not be the document's at `bytes`.
    public init(
        text: String, ordinal: Int, bytes: Range<Int>, tokens: Int, isEstimate: Bool = false, headings: [String]
    ) {
        let source = SourceText(normalised: Array(text.utf8))
        self.init(
            source: source, header: nil, place: 0..<source.bytes.count, ordinal: ordinal, bytes: bytes, tokens: tokens,
            isEstimate: isEstimate, headings: headings)
    }

    /// - Parameters:
    ///   - header: within `document`, as is `bytes`; both are cut between characters.
    init(
        of document: SourceText, header: Range<Int>?, bytes: Range<Int>, ordinal: Int, tokens: Int, isEstimate: Bool,
        headings: [String]
    ) {
        self.init(
            source: document, header: header, place: bytes, ordinal: ordinal, bytes: bytes, tokens: tokens,
            isEstimate: isEstimate, headings: headings)
    }

    private init(
        source: SourceText, header: Range<Int>?, place: Range<Int>, ordinal: Int, bytes: Range<Int>, tokens: Int,
        isEstimate: Bool, headings: [String]
    ) {
        self.source = source
        self.header = header
        self.place = place
        self.ordinal = ordinal
        self.bytes = bytes
        self.tokens = tokens
        self.isEstimate = isEstimate
        self.headings = headings
    }

    /// What is embedded and stored: the document's bytes in `bytes`, led by the table's header rows if the chunk
    /// continues a table. Made anew each time.
    public var text: String {
        let body = source[place]
        return header.map { source[$0] + body } ?? body
    }

    /// Bytes of `text`.
    public var size: Int { place.count + (header?.count ?? 0) }
}

extension Chunk: Equatable {
    /// Wherever their texts lie.
    public static func == (left: Self, right: Self) -> Bool {
        left.ordinal == right.ordinal && left.bytes == right.bytes && left.tokens == right.tokens
            && left.isEstimate == right.isEstimate && left.headings == right.headings && left.text == right.text
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
