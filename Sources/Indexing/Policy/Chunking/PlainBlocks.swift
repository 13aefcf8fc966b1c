/// Structure for text without Markdown: paragraphs parted by blank lines.
///
/// Also what stands in when the Markdown parser cannot be had, so that a document is chunked less well and never lost.
public enum PlainBlocks {
    public static func paragraphs(of text: SourceText) -> [Block] {
        var blocks: [Block] = []
        let bytes = text.bytes.span
        var start: Int?
        var line = 0
        while line < bytes.count {
            let end = bytes.lineEnd(from: line)
            if bytes.isBlank(line..<end) {
                if let first = start { blocks.append(Block(kind: .paragraph, bytes: first..<line - 1)) }
                start = nil
            } else if start == nil {
                start = line
            }
            line = end + 1
        }
        if let first = start { blocks.append(Block(kind: .paragraph, bytes: first..<bytes.count)) }
        return blocks
    }
}
