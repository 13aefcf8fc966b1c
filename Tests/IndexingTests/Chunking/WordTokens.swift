@testable import Indexing

/// A tokenizer for the tests: letters and digits in pieces of at most six bytes, every other character one token.
enum WordTokens {
    static func spans(_ text: String) -> [TokenSpan] {
        var spans: [TokenSpan] = []
        var offset = 0
        var open: Int?
        for scalar in text.unicodeScalars {
            let size = UTF8.width(scalar)
            let wordly = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            if let start = open, !wordly || offset - start >= 6 {
                spans.append(TokenSpan(start: start, end: offset))
                open = nil
            }
            if wordly {
                open = open ?? offset
            } else if !scalar.properties.isWhitespace {
                spans.append(TokenSpan(start: offset, end: offset + size))
            }
            offset += size
        }
        if let start = open { spans.append(TokenSpan(start: start, end: offset)) }
        return spans
    }

    static func map(_ text: SourceText) throws -> TokenMap {
        .exact(try ExactTokens(spans: spans(String(decoding: text.bytes, as: UTF8.self)), length: text.bytes.count))
    }
}

/// Parsed, counted and cut as a worker does it.
func chunks(
    _ text: String, budget: Int = 64, overlap: Int = 0, title: String? = nil
) throws -> (text: SourceText, chunks: [Chunk]) {
    let source = SourceText(normalising: text)
    let chunks = Chunker.chunk(
        source, blocks: MarkdownBlocks.parse(source), tokens: try WordTokens.map(source),
        settings: ChunkSettings(budget: budget, overlap: overlap), title: title)
    return (source, chunks)
}

func words(_ count: Int, _ word: String = "word") -> String {
    Array(repeating: word, count: count).joined(separator: " ")
}
