/// Where a text must be escaped to stand in a JSON string (RFC 8259 section 7), many bytes at a time: prose seldom needs it.
enum JSONEscapes {
    private static let block = 32

    /// - Returns: the next byte from `start` that cannot stand for itself; the text's end when there is none.
    static func next(in text: borrowing Span<UInt8>, from start: Int) -> Int {
        var at = start
        while at + block <= text.count {
            var plain: UInt8 = 0xFF
            for index in at..<at + block {
                // Bounds checks would keep vector instructions away; the loop's condition holds the block within.
                plain &= isPlain(unsafe text[unchecked: index])
            }
            if plain & 0x80 == 0 { break }
            at += block
        }
        while at < text.count, isPlain(text[at]) & 0x80 != 0 { at += 1 }
        return at
    }

    /// - Returns: how many bytes the escapes add to the text.
    static func growth(of text: borrowing Span<UInt8>) -> Int {
        var growth = 0
        var at = 0
        while at < text.count {
            let end = min(at + block, text.count)
            // At most five for each byte of a block: no overflow.
            var added: UInt8 = 0
            for index in at..<end {
                let byte = unsafe text[unchecked: index]
                added &+= ~isPlain(byte) >> 7
                added &+= (~(isPrinted(byte) | equal(byte, 0x0A)) >> 7) &* 4
            }
            growth += Int(added)
            at = end
        }
        return growth
    }

    // The top bit tells, without a branch, so that the optimiser makes vector instructions of the loops.

    private static func isPlain(_ byte: UInt8) -> UInt8 {
        isPrinted(byte) & ~(equal(byte, 0x22) | equal(byte, 0x5C))
    }

    private static func isPrinted(_ byte: UInt8) -> UInt8 { byte | (byte &+ 0x60) }

    private static func equal(_ byte: UInt8, _ other: UInt8) -> UInt8 {
        let difference = byte ^ other
        return ~(difference | (difference &+ 0x7F))
    }
}
