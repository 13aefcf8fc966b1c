import CCMark

/// Turns one slice's parse tree into blocks, line numbers into offsets.
struct BlockWalk {
    private(set) var blocks: [Block] = []
    private let text: SourceText
    private let slice: Range<Int>
    /// Where each of the slice's lines starts in the document; one more for its end.
    private var lines: [Int] = []

    init(text: SourceText, slice: Range<Int>) {
        self.text = text
        self.slice = slice
        let bytes = text.bytes.span
        lines.append(slice.lowerBound)
        for index in slice where bytes[index] == 0x0A { lines.append(index + 1) }
        if lines.last != slice.upperBound { lines.append(slice.upperBound) }
    }

    /// Walks in document order without recursion: nesting is the author's to choose.
    @unsafe mutating func visit(childrenOf root: OpaquePointer) {
        var depth = 0
        var next = unsafe cmark_node_first_child(root)
        while let node = unsafe next {
            let kind = unsafe Self.kind(of: node)
            if let kind { unsafe add(kind, node, depth) }
            if kind?.isContainer == true, let child = unsafe cmark_node_first_child(node) {
                unsafe next = child
                depth += 1
                continue
            }
            var from = unsafe node
            unsafe next = cmark_node_next(from)
            while unsafe next == nil, depth > 0, let parent = unsafe cmark_node_parent(from) {
                unsafe from = parent
                unsafe next = cmark_node_next(from)
                depth -= 1
            }
        }
    }

    @unsafe private mutating func add(_ kind: Block.Kind, _ node: OpaquePointer, _ depth: Int) {
        let first = unsafe Int(cmark_node_get_start_line(node)) - 1
        let last = unsafe Int(cmark_node_get_end_line(node))
        let low = min(max(0, first), lines.count - 1)
        // Some of the library's end lines are short by one or missing.
        add(kind, from: low, to: min(max(last, low + 1), lines.count - 1), depth: depth)
    }

    /// - Parameters: numbers of lines, `last` exclusive.
    private mutating func add(_ kind: Block.Kind, from first: Int, to last: Int, depth: Int) {
        let source = text.bytes
        let bytes = source.span
        let start = lines[first]
        let end = bytes.dropBlanks(before: lines[max(first, last)], to: start)
        guard end > start else { return }
        guard kind == .paragraph, let table = PipeTable.start(lines: lines[first..<last], end: end, bytes) else {
            blocks.append(Block(kind: kind, bytes: start..<end, depth: depth))
            return
        }
        if table > start {
            let stop = bytes.dropBlanks(before: table, to: start)
            blocks.append(Block(kind: .paragraph, bytes: start..<stop, depth: depth))
        }
        blocks.append(Block(kind: .table, bytes: table..<end, depth: depth))
    }

    @unsafe private static func kind(of node: OpaquePointer) -> Block.Kind? {
        switch unsafe cmark_node_get_type(node) {
        case CMARK_NODE_HEADING: .heading(UInt8(clamping: unsafe cmark_node_get_heading_level(node)))
        case CMARK_NODE_PARAGRAPH: .paragraph
        case CMARK_NODE_CODE_BLOCK: .code
        case CMARK_NODE_LIST: .list
        case CMARK_NODE_ITEM: .item
        case CMARK_NODE_BLOCK_QUOTE: .quote
        case CMARK_NODE_HTML_BLOCK: .html
        case CMARK_NODE_THEMATIC_BREAK: .thematicBreak
        default: nil
        }
    }
}
