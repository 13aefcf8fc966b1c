/// One block of a document's structure (CommonMark's terms), a pure value.
///
/// Blocks come in document order, a container before its content, so that their starts never decrease. A block starts
/// at the start of a line and ends behind its last byte that is not white space. Offsets are kept in 32 bits: a
/// hostile document has a block for every two bytes.
public struct Block: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// Level 1 to 6.
        case heading(UInt8)
        case paragraph
        /// Fenced or indented code, and front matter.
        case code
        case list
        case item
        /// A GitHub table: header row, delimiter row, rows.
        case table
        case quote
        case html
        case thematicBreak

        /// Whether other blocks lie inside.
        var isContainer: Bool {
            switch self {
            case .list, .item, .quote: true
            case .heading, .paragraph, .code, .table, .html, .thematicBreak: false
            }
        }

        /// Whether its lines mean something one by one and its sentences do not.
        var isLined: Bool {
            switch self {
            case .code, .table, .html: true
            case .heading, .paragraph, .list, .item, .quote, .thematicBreak: false
            }
        }
    }

    let low: UInt32
    let high: UInt32
    public let kind: Kind
    /// Containers around it; 0 at the top level.
    public let depth: UInt8

    public init(kind: Kind, bytes: Range<Int>, depth: Int = 0) {
        self.kind = kind
        low = UInt32(clamping: bytes.lowerBound)
        high = UInt32(clamping: bytes.upperBound)
        self.depth = UInt8(clamping: depth)
    }

    var start: Int { Int(low) }
    var end: Int { Int(high) }
    /// Where it lies in the document's normalised UTF-8.
    public var bytes: Range<Int> { start..<max(start, end) }

    var isTopHeading: Bool {
        if case .heading = kind { depth == 0 } else { false }
    }
}

extension [Block] {
    /// How many blocks start at or before `offset`; the last of them is the innermost around it, if it reaches that far.
    func count(startingAtOrBefore offset: Int) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].start <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
