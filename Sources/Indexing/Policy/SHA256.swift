/// SHA-256 (FIPS 180-4), fed piece by piece, so that a document of megabytes is hashed without a copy of it.
///
/// Every document is hashed whenever it comes, changed or not: hence the arrays without a heap and the blocks read in place.
struct SHA256 {
    private var state: InlineArray<8, UInt32> = [
        0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
    ]
    private var words = InlineArray<16, UInt32>(repeating: 0)
    /// The last bytes that came; every fourth completes a word of the block.
    private var word: UInt32 = 0
    private var length = 0

    mutating func update(_ bytes: some Sequence<UInt8>) {
        let taken: Void? = bytes.withContiguousStorageIfAvailable { unsafe take($0) }
        if taken == nil { for byte in bytes { take(byte) } }
    }

    /// Byte by byte up to the next block, then block by block, then what is left.
    private mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) {
        var index = 0
        while index < bytes.count, length & 63 != 0 {
            take(unsafe bytes[index])
            index += 1
        }
        while bytes.count - index >= 64 {
            for place in 0..<16 {
                let at = index + place * 4
                let high = unsafe UInt32(bytes[at]) << 24 | UInt32(bytes[at + 1]) << 16
                words[place] = unsafe high | UInt32(bytes[at + 2]) << 8 | UInt32(bytes[at + 3])
            }
            compress()
            index += 64
            length += 64
        }
        while index < bytes.count {
            take(unsafe bytes[index])
            index += 1
        }
    }

    private mutating func take(_ byte: UInt8) {
        word = word << 8 | UInt32(byte)
        length += 1
        if length & 3 == 0 {
            words[(length >> 2 - 1) & 15] = word
            if length & 63 == 0 { compress() }
        }
    }

    /// The digest in lower-case hexadecimal, 64 characters.
    consuming func hex() -> String {
        update(HashPadding.tail(messageLength: length))
        return Hex.string(HashPadding.bytes(of: state.indices.map { state[$0] }))
    }

    private mutating func compress() {
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for round in 0..<64 {
            // The schedule needs the last sixteen words only, so each takes the place of the one that is used up.
            let place = round & 15
            if round >= 16 {
                let (early, late) = (words[(round + 1) & 15], words[(round + 14) & 15])
                let small0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >> 3)
                let small1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >> 10)
                words[place] = words[place] &+ small0 &+ words[(round + 9) & 15] &+ small1
            }
            let big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
            let choice = (e & f) ^ (~e & g)
            let first = h &+ big1 &+ choice &+ Self.constants[round] &+ words[place]
            let big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
            let second = big0 &+ ((a & b) ^ (a & c) ^ (b & c))
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
        state[5] &+= f
        state[6] &+= g
        state[7] &+= h
    }

    private func rotate(_ word: UInt32, _ bits: UInt32) -> UInt32 { (word >> bits) | (word << (32 - bits)) }

    private static let constants: InlineArray<64, UInt32> = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
