/// A part of a document that is parsed by itself.
enum MarkdownSlice: Equatable {
    /// For the parser; begins at a line's start and ends with text.
    case markdown(Range<Int>)
    /// Front matter, or a fence longer than a slice.
    case code(Range<Int>)
    /// One line longer than a slice.
    case paragraph(Range<Int>)
}

/// Cuts a document into slices, so that the parser's memory is bounded whatever the document.
///
/// A parse tree takes up to a hundred times its source. Cuts lie at blank lines outside fences, best before a line
/// that is not indented: there no block but a loose list crosses them, and its items are blocks of their own anyway.
struct MarkdownSlicer {
    /// As many blank lines end a slice. The parser visits every open list for each of them, so a page of line feeds
    /// behind a deep list would cost seconds.
    private static let longestGap = 8

    private let limit: Int
    private var slices: [MarkdownSlice] = []
    /// Where the slice begins.
    private var start = 0
    /// Starts of lines behind blank lines in this slice: of any, and of those that are not indented.
    private var anyGap: Int?
    private var gap: Int?
    private var fence: Fence?

    private struct Fence {
        let start: Int
        let mark: UInt8
        let length: Int
    }

    static func slices(of text: SourceText, limit: Int) -> [MarkdownSlice] {
        var slicer = MarkdownSlicer(limit: max(1, limit))
        slicer.run(text.bytes.span)
        return slicer.slices
    }

    private init(limit: Int) {
        self.limit = limit
    }

    private mutating func run(_ bytes: Span<UInt8>) {
        var line = frontMatter(bytes)
        if line > 0 { slices.append(.code(0..<line)) }
        start = line
        var blanks = 0
        while line < bytes.count {
            let end = bytes.lineEnd(from: line)
            let next = min(end + 1, bytes.count)
            if next - start > limit, let resume = cut(before: line, upTo: next, bytes) {
                begin(at: resume)
                (line, blanks) = (resume, 0)
                continue
            }
            let first = bytes.skipBlanks(from: line, to: end)
            if blanks > 0, fence == nil, first < end, line > start {
                if blanks >= Self.longestGap {
                    close(at: line, bytes)
                    begin(at: line)
                } else {
                    anyGap = line
                    if first == line { gap = line }
                }
            }
            track(first, end, line, bytes)
            blanks = first == end ? blanks + 1 : 0
            line = next
        }
        close(at: bytes.count, bytes)
    }

    private mutating func close(at offset: Int, _ bytes: Span<UInt8>) {
        let end = bytes.dropBlanks(before: offset, to: start)
        if end > start { slices.append(.markdown(start..<end)) }
    }

    private mutating func begin(at offset: Int) {
        (start, anyGap, gap, fence) = (offset, nil, nil, nil)
    }

    /// Ends the slice, which would grow too long with the line at `line`; returns where the next one begins.
    private mutating func cut(before line: Int, upTo next: Int, _ bytes: Span<UInt8>) -> Int? {
        if let resume = gap ?? anyGap ?? fence?.start, resume > start {
            close(at: resume, bytes)
            return resume
        }
        if let open = fence {
            let end = closing(open, from: line, bytes)
            slices.append(.code(start..<end))
            return end
        }
        if line > start {
            close(at: line, bytes)
            return line
        }
        slices.append(.paragraph(line..<next))
        return next
    }

    private mutating func track(_ first: Int, _ end: Int, _ line: Int, _ bytes: Span<UInt8>) {
        guard first < end, first - line <= 3, bytes[first] == 0x60 || bytes[first] == 0x7E else { return }
        var run = first
        while run < end, bytes[run] == bytes[first] { run += 1 }
        if let open = fence {
            if closes(open, first..<run, end, bytes) { fence = nil }
        } else if run - first >= 3, bytes[first] == 0x7E || !contains(0x60, in: run..<end, bytes) {
            fence = Fence(start: line, mark: bytes[first], length: run - first)
        }
    }

    private func closes(_ open: Fence, _ run: Range<Int>, _ end: Int, _ bytes: Span<UInt8>) -> Bool {
        bytes[run.lowerBound] == open.mark && run.count >= open.length && bytes.isBlank(run.upperBound..<end)
    }

    /// The end of the line that closes the fence; the document's end if none does.
    private func closing(_ open: Fence, from offset: Int, _ bytes: Span<UInt8>) -> Int {
        var line = offset
        while line < bytes.count {
            let end = bytes.lineEnd(from: line)
            let first = bytes.skipBlanks(from: line, to: end)
            var run = first
            while run < end, bytes[run] == open.mark { run += 1 }
            line = min(end + 1, bytes.count)
            if first < run, closes(open, first..<run, end, bytes) { break }
        }
        return line
    }

    private func contains(_ byte: UInt8, in range: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        for index in range where bytes[index] == byte { return true }
        return false
    }

    /// The end of YAML front matter at the document's start, else 0. To CommonMark its last line would underline a
    /// heading made of all the others.
    private func frontMatter(_ bytes: Span<UInt8>) -> Int {
        guard bytes.count > 4, bytes[3] == 0x0A, bytes.tail3(before: 3) == 0x2D2D2D else { return 0 }
        var line = 4
        while line < min(bytes.count, 16_384) {
            let end = bytes.lineEnd(from: line)
            let closed = end - line == 3 && [0x2D2D2D, 0x2E2E2E].contains(bytes.tail3(before: end))
            if closed { return line == 4 ? 0 : min(end + 1, bytes.count) }
            // A blank line right away: a thematic break and text, no mapping.
            if line == 4, !contains(0x3A, in: line..<end, bytes) { return 0 }
            line = end + 1
        }
        return 0
    }
}
