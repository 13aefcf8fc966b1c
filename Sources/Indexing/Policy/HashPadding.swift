/// What SHA-1 and SHA-256 share: the padding rule, big-endian words in, big-endian words out (FIPS 180-4 section 5).
enum HashPadding {
    /// The bytes that follow a message of `messageLength` bytes so that the whole is a multiple of 64.
    static func tail(messageLength: Int) -> [UInt8] {
        let zeros = (119 - messageLength % 64) % 64
        let bits = UInt64(messageLength) &* 8
        var tail: [UInt8] = [0x80]
        tail.append(contentsOf: repeatElement(0, count: zeros))
        for shift in stride(from: 56, through: 0, by: -8) {
            tail.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
        }
        return tail
    }

    static func loadWords(_ bytes: [UInt8], at start: Int, into words: inout [UInt32]) {
        for index in 0..<16 {
            let at = start + index * 4
            words[index] =
                UInt32(bytes[at]) << 24 | UInt32(bytes[at + 1]) << 16 | UInt32(bytes[at + 2]) << 8
                | UInt32(bytes[at + 3])
        }
    }

    static func bytes(of state: [UInt32]) -> [UInt8] {
        state.flatMap { word in
            [24, 16, 8, 0].map { (shift: UInt32) in UInt8(truncatingIfNeeded: word >> shift) }
        }
    }
}
