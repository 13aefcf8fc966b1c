/// Where a chunk ends: the best boundary that leaves it full enough.
///
/// A better boundary is worth an emptier chunk: a new section ends one that is a quarter full, a new block one that
/// is half full, a sentence only in the last third.
struct CutSearch {
    let blocks: [Block]
    let tokens: TokenMap
    /// Behind the last byte that is not white space.
    let end: Int
    private let bytes: [UInt8]
    private let settings: ChunkSettings
    /// Indices of the blocks at the top level: a list of a million items is skipped by them.
    private let tops: [UInt32]

    init(bytes: [UInt8], blocks: [Block], tokens: TokenMap, settings: ChunkSettings) {
        self.bytes = bytes
        self.blocks = blocks
        self.tokens = tokens
        self.settings = settings
        end = bytes.span.dropBlanks(before: bytes.count, to: 0)
        tops = blocks.indices.lazy.filter { blocks[$0].depth == 0 }.map { UInt32($0) }
    }

    /// - Parameters:
    ///   - start: where the chunk begins, overlap included.
    ///   - fresh: where its own content begins; the cut lies behind it.
    ///   - header: table rows that are put before it and count against the budget.
    func cut(from start: Int, after fresh: Int, header: Range<Int>?) -> Boundary {
        let room = max(1, settings.budget - (header.map(tokens.count) ?? 0))
        let limit = reach(from: start, room)
        if limit >= end { return Boundary(offset: end, level: .document) }
        guard limit > fresh else {
            return Boundary(offset: GraphemeCut.last(after: fresh, upTo: limit, bytes), level: .scalar)
        }
        let cut = best(from: start, after: fresh, limit: limit, room: room)
        let rest = tokens.count(cut.offset..<end)
        guard rest < room / 8, !cut.level.isSection else { return cut }
        // Rather two chunks of a fair size than a full one and a crumb.
        let target = min(room, tokens.count(start..<end) - room / 4)
        let earlier = reach(from: start, target)
        guard earlier > fresh, earlier < cut.offset else { return cut }
        let fair = best(from: start, after: fresh, limit: earlier, room: target)
        return fair.level >= min(cut.level, .sentence) ? fair : cut
    }

    private func reach(from start: Int, _ count: Int) -> Int {
        bytes.span.scalarStart(at: min(tokens.end(from: start, limit: count), start + settings.longest))
    }

    private func best(from start: Int, after fresh: Int, limit: Int, room: Int) -> Boundary {
        let structural = bestBlock(from: start, after: fresh, limit: limit, room: room)
        if let structural, structural.level >= .block { return structural }
        let index = blocks.count(startingAtOrBefore: limit) - 1
        if let whole = keepingWhole(index, after: fresh, limit: limit) { return whole }
        if let structural { return structural }
        let leaf = index >= 0 && limit < blocks[index].end ? blocks[index] : nil
        let window = max(fresh, min(tokens.end(from: start, limit: room * 7 / 10), limit - 1))
        let span = bytes.span
        if leaf?.kind.isLined == true {
            // Rather a row or line kept whole than a full chunk.
            let line = TextBoundaries.lastLine(in: window...limit, orBlank: true, span)
            if let line = line ?? TextBoundaries.lastLine(in: fresh...limit, orBlank: false, span) { return line }
        }
        return TextBoundaries.last(in: window...limit, span)
            ?? TextBoundaries.last(in: fresh...limit, span)
            ?? Boundary(offset: GraphemeCut.last(after: fresh, upTo: limit, bytes), level: .scalar)
    }

    /// The best start of a block behind which the chunk is full enough for such a boundary.
    private func bestBlock(from start: Int, after fresh: Int, limit: Int, room: Int) -> Boundary? {
        let quarter = max(fresh + 1, tokens.end(from: start, limit: room / 4))
        let half = max(fresh + 1, tokens.end(from: start, limit: room / 2))
        var best: Boundary?
        var index = blocks.count(startingAtOrBefore: limit) - 1
        while index >= 0, blocks[index].start >= quarter {
            let offset = blocks[index].start
            if let level = blocks.levelOfCut(before: index), level.isSection || offset >= half {
                if best.map({ $0.level < level }) ?? true { best = Boundary(offset: offset, level: level) }
            }
            index -= 1
        }
        return best
    }

    /// A cut before the code, table or list that `limit` falls into, if it fits into a chunk of its own.
    private func keepingWhole(_ inner: Int, after fresh: Int, limit: Int) -> Boundary? {
        guard inner >= 0 else { return nil }
        let outer = top(around: limit)
        for index in [outer, inner] {
            let block = blocks[index]
            guard block.start > fresh, block.start < limit, limit < block.end else { continue }
            let headed = index == outer ? firstOfHeadings(before: index) : index
            let lead = tokens.count(fresh..<block.start)
            switch block.kind {
            case .code, .table, .html, .list, .quote:
                let from = blocks[headed].start > fresh ? blocks[headed].start : block.start
                if fits(from..<block.end) { return Boundary(offset: from, level: .block) }
                // A list may rather be parted from its end than from the line that introduces it.
                let enough = block.kind.isLined && index == outer ? 0 : settings.budget / 8
                if fits(block.bytes), lead > enough { return Boundary(offset: block.start, level: .block) }
            case .heading, .paragraph, .item, .thematicBreak:
                continue
            }
        }
        return nil
    }

    private func fits(_ range: Range<Int>) -> Bool {
        range.count <= settings.longest && tokens.count(range) <= settings.budget
    }

    /// The last block at the top level that starts at or before `offset`; 0 if none does.
    private func top(around offset: Int) -> Int {
        var low = 0
        var high = tops.count
        while low < high {
            let middle = (low + high) / 2
            if blocks[Int(tops[middle])].start <= offset { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? Int(tops[low - 1]) : 0
    }

    private func firstOfHeadings(before index: Int) -> Int {
        var first = index
        while first > 0, blocks[first - 1].isTopHeading { first -= 1 }
        return first
    }

    /// The header and delimiter rows of the table that a cut at `offset` splits, if they leave room for rows.
    func tableHeader(at offset: Int) -> Range<Int>? {
        guard let leaf = leaf(around: offset - 1), leaf.kind == .table, offset < leaf.end else { return nil }
        let span = bytes.span
        let rows = min(span.lineEnd(from: span.lineEnd(from: leaf.start) + 1) + 1, leaf.end)
        let header = leaf.start..<rows
        guard offset >= rows, header.count <= settings.longest / 2 else { return nil }
        return tokens.count(header) <= settings.budget / 2 ? header : nil
    }

    /// Where the chunk behind `cut` begins if it repeats the last sentences before it; nil for no overlap.
    func overlapStart(before cut: Boundary, after last: Int) -> Int? {
        guard settings.overlap > 0, !cut.level.isSection else { return nil }
        let span = bytes.span
        let stop = span.dropBlanks(before: cut.offset, to: last)
        guard stop > last else { return nil }
        let leaf = leaf(around: stop - 1)
        guard leaf?.kind ?? .paragraph == .paragraph else { return nil }
        let textStart = max(leaf?.start ?? last, last)
        let least = max(tokens.start(before: cut.offset, limit: settings.overlap), cut.offset - settings.longest / 2)
        if least <= textStart, textStart > last { return textStart }
        let from = max(least - 1, textStart)
        return from >= stop ? nil : TextBoundaries.firstSentence(in: from..<stop, textStart: textStart, span)
    }

    private func leaf(around offset: Int) -> Block? {
        let index = blocks.count(startingAtOrBefore: offset) - 1
        guard index >= 0, offset < blocks[index].end, !blocks[index].kind.isContainer else { return nil }
        return blocks[index]
    }
}
