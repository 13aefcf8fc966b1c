/// How good a place for a cut is, the worst first.
enum BoundaryLevel: UInt8, Comparable, Sendable {
    case scalar, word
    /// A line break inside a paragraph.
    case softBreak
    case sentence
    /// A line of code, a row of a table, a block deep inside a list.
    case line
    /// An item of a list, a block of a quote, a blank line in code.
    case part
    case block
    case heading6, heading5, heading4, heading3, heading2, heading1
    /// The end of the text.
    case document

    init(heading level: UInt8) {
        self = BoundaryLevel(rawValue: Self.heading6.rawValue + (6 - min(max(level, 1), 6))) ?? .heading6
    }

    var isSection: Bool { self >= .heading6 }

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// A place where one chunk may end and the next begin.
struct Boundary: Equatable {
    let offset: Int
    let level: BoundaryLevel
}

extension [Block] {
    /// What a cut before the block is worth; nil where it would part a heading from what it heads.
    func levelOfCut(before index: Int) -> BoundaryLevel? {
        let block = self[index]
        switch block.depth {
        case 0:
            if index > 0, self[index - 1].isTopHeading { return nil }
            if case .heading(let level) = block.kind { return BoundaryLevel(heading: level) }
            return .block
        case 1: return .part
        default: return .line
        }
    }
}
