/// Fills one chunk after another; what to end each with is `CutSearch`'s to say.
struct Packer {
    private(set) var chunks: [Chunk] = []
    private let text: SourceText
    private let search: CutSearch
    private let settings: ChunkSettings
    private var trail: HeadingTrail
    /// The first block the trail has not passed.
    private var nextBlock = 0

    init(text: SourceText, blocks: [Block], tokens: TokenMap, settings: ChunkSettings, title: String?) {
        self.text = text
        self.settings = settings
        search = CutSearch(bytes: text.bytes, blocks: blocks, tokens: tokens, settings: settings)
        trail = HeadingTrail(title: title)
    }

    mutating func run() {
        var fresh = contentStart(from: 0)
        var start = fresh
        var header: Range<Int>?
        while fresh < search.end {
            var cut = search.cut(from: start, after: fresh, header: header)
            if start < fresh {
                // Overlap must not cost a better cut, and never progress.
                let bare = search.cut(from: fresh, after: fresh, header: header)
                let isTorn = cut.level == .scalar && cut.offset < bare.offset
                if bare.level > cut.level || cut.offset <= fresh || isTorn { (cut, start) = (bare, fresh) }
            }
            emit(start..<cut.offset, fresh: fresh, header: header)
            header = search.tableHeader(at: cut.offset)
            let last = start
            fresh = contentStart(from: cut.offset)
            let overlap = header == nil ? search.overlapStart(before: cut, after: last) : nil
            start = overlap.map(contentStart) ?? fresh
        }
    }

    private mutating func emit(_ range: Range<Int>, fresh: Int, header: Range<Int>?) {
        let end = text.bytes.span.dropBlanks(before: range.upperBound, to: range.lowerBound)
        let bytes = range.lowerBound..<end
        // A cut can fall into a line's indentation: then nothing new has come.
        guard end > fresh else { return }
        let depth = follow(fresh..<end)
        let count = search.tokens.count(bytes) + (header.map(search.tokens.count) ?? 0)
        chunks.append(
            Chunk(
                of: text, header: header, bytes: bytes, ordinal: chunks.count, tokens: max(1, count),
                isEstimate: search.tokens.isEstimate, headings: trail.headings(depth)))
    }

    /// Passes the headings of the range; returns how many of the trail hold for all of it.
    private mutating func follow(_ range: Range<Int>) -> Int {
        var common = trail.depth
        var onlyHeadings = true
        var reached = range.lowerBound
        let blocks = search.blocks
        while nextBlock < blocks.count, blocks[nextBlock].start < range.upperBound {
            let block = blocks[nextBlock]
            nextBlock += 1
            guard block.depth == 0, case .heading(let level) = block.kind else { continue }
            onlyHeadings = onlyHeadings && text.bytes.span.isBlank(min(reached, block.start)..<block.start)
            reached = max(reached, block.end)
            let above = trail.above(level)
            // Its first headings are the chunk's own, unless one of them ends the section of another.
            let opens = onlyHeadings && (above == trail.depth || block.start <= range.lowerBound)
            trail.enter(level, HeadingTrail.text(of: text.bytes[block.bytes.clamped(to: 0..<text.bytes.count)]))
            common = opens ? trail.depth : min(common, above)
        }
        return common
    }

    /// The first text at or behind `offset`, with the indentation of its line.
    private func contentStart(from offset: Int) -> Int {
        let bytes = text.bytes.span
        let first = bytes.skipBlanks(from: offset, to: bytes.count)
        let line = bytes.lineStart(of: first, floor: offset)
        return line > offset || offset == 0 || bytes[offset - 1] == 0x0A ? line : first
    }
}
