/// What chunking asks of single bytes of UTF-8. Bytes and not characters: a character costs a hundred times as much.
extension UInt8 {
    var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0A }
    var isContinuation: Bool { self & 0xC0 == 0x80 }
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    var isLower: Bool { self >= 0x61 && self <= 0x7A }
    var isLetter: Bool { (self | 0x20).isLower }
}

extension Span<UInt8> {
    /// The offset of the LF that ends the line, or the end of the text.
    func lineEnd(from offset: Int) -> Int {
        var index = offset
        while index < count, self[index] != 0x0A { index += 1 }
        return index
    }

    /// The offset behind the last LF before `offset`, not before `floor`.
    func lineStart(of offset: Int, floor: Int) -> Int {
        var index = offset
        while index > floor, self[index - 1] != 0x0A { index -= 1 }
        return index
    }

    func isBlank(_ range: Range<Int>) -> Bool {
        skipBlanks(from: range.lowerBound, to: range.upperBound) == range.upperBound
    }

    func skipBlanks(from offset: Int, to end: Int) -> Int {
        var index = offset
        while index < end, self[index].isBlank { index += 1 }
        return index
    }

    func dropBlanks(before offset: Int, to floor: Int) -> Int {
        var index = offset
        while index > floor, self[index - 1].isBlank { index -= 1 }
        return index
    }

    /// The nearest start of a scalar at or before `offset`.
    func scalarStart(at offset: Int) -> Int {
        var index = Swift.min(offset, count)
        while index > 0, index < count, self[index].isContinuation { index -= 1 }
        return index
    }

    /// The start of the scalar behind the one that holds `offset`.
    func scalarEnd(after offset: Int) -> Int {
        var index = Swift.min(offset + 1, count)
        while index < count, self[index].isContinuation { index += 1 }
        return index
    }

    /// The three bytes that end at `offset` as one number, zeros where the text begins.
    func tail3(before offset: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in Swift.max(0, offset - 3)..<offset { value = value << 8 | UInt32(self[index]) }
        return value
    }
}
