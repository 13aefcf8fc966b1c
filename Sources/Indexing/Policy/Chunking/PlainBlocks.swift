/// Structure for text without Markdown: paragraphs parted by blank lines.
///
/// Also what stands in when the Markdown parser cannot be had, so that a document is chunked less well and never lost.
public enum PlainBlocks {
    public static func paragraphs(of text: SourceText) -> [Block] {
        paragraphs(of: text, in: 0..<text.bytes.count)
    }

    /// - Parameter slice: within the text; begins at a line's start.
    static func paragraphs(of text: SourceText, in slice: Range<Int>) -> [Block] {
        var blocks: [Block] = []
        let bytes = text.bytes.span
        var start: Int?
        var line = slice.lowerBound
        while line < slice.upperBound {
            let end = min(bytes.lineEnd(from: line), slice.upperBound)
            if bytes.isBlank(line..<end) {
                if let first = start { blocks.append(Block(kind: .paragraph, bytes: first..<line - 1)) }
                start = nil
            } else if start == nil {
                start = line
            }
            line = end + 1
        }
        if let first = start { blocks.append(Block(kind: .paragraph, bytes: first..<slice.upperBound)) }
        return blocks
    }
}
