/// Finds a GitHub table in a paragraph's own lines, as its specification says: a header row, then a delimiter row of
/// as many cells; the table lasts as long as the paragraph.
///
/// The library's own table extension took 5.7 GB for a hostile 35 KB document.
enum PipeTable {
    /// The start of the header row's line, if there is a table.
    ///
    /// - Parameter lines: where the paragraph's lines start.
    static func start(lines: ArraySlice<Int>, end: Int, _ bytes: Span<UInt8>) -> Int? {
        guard var previous = lines.first else { return nil }
        for line in lines.dropFirst() {
            let header = previous
            previous = line
            let text = margin(of: line, end: end, bytes)
            guard text < end, bytes[text] == 0x7C || bytes[text] == 0x2D || bytes[text] == 0x3A else { continue }
            let stop = min(bytes.lineEnd(from: text), end)
            guard isDelimiter(text..<stop, bytes) else { continue }
            let cell = margin(of: header, end: line, bytes)
            let row = cell..<bytes.dropBlanks(before: line, to: cell)
            if !row.isEmpty, cells(row, bytes) == cells(text..<bytes.dropBlanks(before: stop, to: text), bytes) {
                return header
            }
        }
        return nil
    }

    /// Where the line's text begins, behind white space and quote marks.
    private static func margin(of line: Int, end: Int, _ bytes: Span<UInt8>) -> Int {
        var index = line
        while index < end, bytes[index] == 0x20 || bytes[index] == 0x09 || bytes[index] == 0x3E { index += 1 }
        return index
    }

    private static func isDelimiter(_ range: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        var dashes = false
        var pipes = false
        for index in range {
            switch bytes[index] {
            case 0x2D: dashes = true
            case 0x7C: pipes = true
            case 0x20, 0x09, 0x3A: break
            default: return false
            }
        }
        return dashes && pipes
    }

    /// One more than the pipes between the outer ones.
    private static func cells(_ range: Range<Int>, _ bytes: Span<UInt8>) -> Int {
        guard let last = range.last, last > range.lowerBound else { return 1 }
        var count = 1
        for index in range.lowerBound + 1..<last where bytes[index] == 0x7C && bytes[index - 1] != 0x5C { count += 1 }
        return count
    }
}
