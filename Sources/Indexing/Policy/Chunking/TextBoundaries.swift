/// Finds sentences, lines and words near a place, by looking only there.
enum TextBoundaries {
    /// The best boundary in `(floor, limit]`: the last sentence, else the last line break, else the last word.
    static func last(in window: ClosedRange<Int>, _ bytes: Span<UInt8>) -> Boundary? {
        let floor = window.lowerBound
        var best: Boundary?
        var offset = window.upperBound
        while offset > floor {
            guard let found = boundary(at: offset, floor: floor, bytes) else {
                offset -= 1
                continue
            }
            if found.level == .sentence { return found }
            if best.map({ $0.level < found.level }) ?? true { best = found }
            offset -= 1
        }
        return best
    }

    /// The first sentence that starts in `(floor, limit)`, for overlap.
    static func firstSentence(in window: Range<Int>, textStart: Int, _ bytes: Span<UInt8>) -> Int? {
        guard window.lowerBound < window.upperBound else { return nil }
        for offset in window.lowerBound + 1..<window.upperBound {
            if boundary(at: offset, floor: textStart, bytes)?.level == .sentence { return offset }
        }
        return nil
    }

    /// The last start of a line in `(floor, limit]`; rather one behind a blank line if that is asked for.
    static func lastLine(in window: ClosedRange<Int>, orBlank: Bool, _ bytes: Span<UInt8>) -> Boundary? {
        var line: Boundary?
        var offset = window.upperBound
        while offset > window.lowerBound {
            if bytes[offset - 1] == 0x0A {
                if !orBlank { return Boundary(offset: offset, level: .line) }
                if offset >= 2, bytes[offset - 2] == 0x0A { return Boundary(offset: offset, level: .part) }
                if line == nil { line = Boundary(offset: offset, level: .line) }
            }
            offset -= 1
        }
        return line
    }

    private static func boundary(at offset: Int, floor: Int, _ bytes: Span<UInt8>) -> Boundary? {
        let before = bytes[offset - 1]
        let after = offset < bytes.count ? bytes[offset] : 0x20
        if before.isBlank != after.isBlank || (before.isBlank && offset == bytes.count) {
            // Cutting before the white space or behind it is the same cut.
            let end = bytes.dropBlanks(before: offset, to: floor)
            let next = bytes.skipBlanks(from: offset, to: bytes.count)
            guard end > floor else { return nil }
            if Sentences.end(at: end, next: next, floor: floor, bytes) {
                return Boundary(offset: offset, level: .sentence)
            }
            for index in end..<next where bytes[index] == 0x0A { return Boundary(offset: offset, level: .softBreak) }
            return Boundary(offset: offset, level: .word)
        }
        guard before >= 0x80, after >= 0x80, !after.isContinuation else { return nil }
        return ideographic(offset, floor, bytes)
    }

    /// Between ideographs and kana every place will do, but for one before a mark that closes.
    private static func ideographic(_ offset: Int, _ floor: Int, _ bytes: Span<UInt8>) -> Boundary? {
        guard isIdeographic(bytes[offset]), offset >= 3, offset + 2 < bytes.count else { return nil }
        let next = bytes.tail3(before: offset + 3)
        // U+3001-U+301F without opening brackets, full-width forms, small kana and the length mark stay with the left.
        switch next {
        case 0xE38081, 0xE38082, 0xE38089, 0xE3808B, 0xE3808D, 0xE3808F, 0xE38091, 0xEFBC81, 0xEFBC89, 0xEFBC8C,
            0xEFBC8E,
            0xEFBC9A, 0xEFBC9B, 0xEFBC9F, 0xEFBDA1, 0xE383BC, 0xE38199...0xE3819A, 0xE38383, 0xE381A3:
            return nil
        default: break
        }
        let sentence = Sentences.end(at: offset, next: offset, floor: floor, bytes)
        return Boundary(offset: offset, level: sentence ? .sentence : .word)
    }

    private static func isIdeographic(_ byte: UInt8) -> Bool {
        (0xE3...0xE9).contains(byte) || byte == 0xEF
    }
}
