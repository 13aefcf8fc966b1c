import CCMark

/// Block structure of Markdown through libcmark-gfm, without its extensions.
///
/// Block structure is CommonMark 0.29's; tables are GitHub's. Runs on the caller's thread and waits for nothing: a
/// document of 20 MB takes part of a second, which is the caller's to place. Memory beside the result is bounded.
public enum MarkdownBlocks {
    /// Small enough that the parse tree of the worst slice stays below 20 MB and in reach of the caches as a rule.
    static let sliceLimit = 64 * 1024

    public static func parse(_ text: SourceText) -> [Block] {
        var blocks: [Block] = []
        var scratch: [UInt8] = []
        for slice in MarkdownSlicer.slices(of: text, limit: sliceLimit) {
            switch slice {
            case .code(let range):
                append(.code, range, text, to: &blocks)
            case .paragraph(let range):
                append(.paragraph, range, text, to: &blocks)
            case .markdown(let range):
                scratch.removeAll(keepingCapacity: true)
                scratch.append(contentsOf: text.bytes[range])
                InlineMask.mask(&scratch)
                var walk = BlockWalk(text: text, slice: range)
                let parsed = parse(scratch, with: &walk)
                blocks.append(contentsOf: parsed ? walk.blocks : PlainBlocks.paragraphs(of: text, in: range))
            }
        }
        return blocks
    }

    private static func append(_ kind: Block.Kind, _ range: Range<Int>, _ text: SourceText, to blocks: inout [Block]) {
        let end = text.bytes.span.dropBlanks(before: range.upperBound, to: range.lowerBound)
        if end > range.lowerBound { blocks.append(Block(kind: kind, bytes: range.lowerBound..<end)) }
    }

    /// Returns false if the library would not have it.
    private static func parse(_ slice: [UInt8], with walk: inout BlockWalk) -> Bool {
        guard let parser = unsafe cmark_parser_new(CMARK_OPT_DEFAULT) else { return false }
        defer { unsafe cmark_parser_free(parser) }
        unsafe slice.withUnsafeBytes { raw in
            unsafe cmark_parser_feed(parser, raw.bindMemory(to: CChar.self).baseAddress, raw.count)
        }
        guard let root = unsafe cmark_parser_finish(parser) else { return false }
        defer { unsafe cmark_node_free(root) }
        unsafe walk.visit(childrenOf: root)
        return true
    }
}
