/// Passes over whole blocks of a list of numbers, at many bytes an instruction.
///
/// Knows only the numbers that an embedding is made of, with one digit before the point, parted by commas without blanks:
/// `-0.0123,1.5,0`. All of them are finite. Whether a byte may stand where it stands then follows from the two before it,
/// so that bytes are judged side by side, without a branch: the optimiser makes vector instructions of it. Every other
/// number, however right, is left to `JSONNumber`.
enum NumberBlocks {
    static let size = 64

    /// - Parameter start: behind a comma of the list.
    /// - Returns: the beginning of the first number that is not passed over, and how many were.
    static func pass(_ bytes: borrowing Span<UInt8>, from start: Int) -> (at: Int, numbers: Int) {
        guard start >= 2 else { return (start, 0) }
        var at = start
        var numbers = 0
        while at + size <= bytes.count, let commas = commas(bytes, at) {
            numbers += commas
            at += size
        }
        // The last block may have ended within a number.
        while at > start, bytes[at - 1] != 0x2C { at -= 1 }
        return (at, numbers)
    }

    /// How many commas the block has; nil when a byte of it is out of place.
    private static func commas(_ bytes: borrowing Span<UInt8>, _ start: Int) -> Int? {
        // Flags are the top bits of bytes: with truth values in their place nothing is vectorised.
        var good: UInt8 = 0xFF
        var commas: UInt8 = 0
        for index in start..<start + size {
            // Bounds checks stand in the way of vectors as well; `pass` keeps start - 2 and start + size within.
            let byte = unsafe bytes[unchecked: index]
            let (before, second) = unsafe (bytes[unchecked: index &- 1], bytes[unchecked: index &- 2])
            let isComma = equal(byte, 0x2C)
            let afterDigit = digit(before)
            let afterFirstDigit = afterDigit & ~(digit(second) | equal(second, 0x2E))
            // A second digit before the point would have to be told from one after a leading zero.
            good &=
                digit(byte) & ~afterFirstDigit | equal(byte, 0x2E) & afterFirstDigit | isComma & afterDigit
                | equal(byte, 0x2D) & equal(before, 0x2C)
            // The flags of bytes above 0x7F mean nothing.
            good &= ~byte
            commas &+= isComma >> 7
        }
        return good & 0x80 != 0 ? Int(commas) : nil
    }

    /// The top bit tells; for bytes below 0x80.
    private static func equal(_ byte: UInt8, _ other: UInt8) -> UInt8 { ~((byte ^ other) &+ 0x7F) }
    private static func digit(_ byte: UInt8) -> UInt8 { ~((byte ^ 0x30) &+ 0x76) }
}
