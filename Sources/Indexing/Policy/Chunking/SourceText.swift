/// A document's text as every step of chunking sees it: UTF-8 whose lines end in LF, without a byte order mark and
/// without control characters other than tab and LF.
///
/// All byte ranges of blocks and chunks count in `bytes`. The parser, the tokenizer and the payload see the same
/// bytes, so that an offset means the same everywhere; a NUL or a CR would be rewritten by one of them only.
public struct SourceText: Sendable, Equatable {
    /// Valid UTF-8.
    public let bytes: [UInt8]

    /// CRLF and CR become LF, as does NEL; other C0 and C1 controls and DEL are dropped, as is a leading U+FEFF.
    public init(normalising text: String) {
        let raw = Array(text.utf8)
        bytes = Self.isClean(raw) ? raw : Self.cleaned(raw)
    }

    /// The bytes as they are: for parts of a text that is normalised already.
    init(normalised bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The text of a range; a range cut inside a scalar yields U+FFFD there.
    public subscript(range: Range<Int>) -> String {
        String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
    }

    /// Documents are clean as a rule, and then nothing is copied.
    private static func isClean(_ raw: [UInt8]) -> Bool {
        if raw.starts(with: [0xEF, 0xBB, 0xBF]) { return false }
        // In bytes and without branches, so that the compiler does many at a time.
        var suspects: UInt8 = 0
        for byte in raw {
            let isControl: UInt8 = byte < 0x20 ? 1 : 0
            let isKept: UInt8 = byte &- 0x09 < 2 ? 1 : 0
            suspects |= (isControl & ~isKept) | (byte == 0x7F ? 1 : 0) | (byte == 0xC2 ? 1 : 0)
        }
        return suspects == 0
    }

    private static func cleaned(_ raw: [UInt8]) -> [UInt8] {
        var clean: [UInt8] = []
        clean.reserveCapacity(raw.count)
        var index = raw.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while index < raw.count {
            let byte = raw[index]
            let next = index + 1 < raw.count ? raw[index + 1] : 0
            index += 1
            switch byte {
            case 0x0D:
                clean.append(0x0A)
                if next == 0x0A { index += 1 }
            case 0xC2 where next < 0xA0:
                if next == 0x85 { clean.append(0x0A) }
                index += 1
            case 0x09, 0x0A, 0x20...0x7E, 0x80...0xFF:
                clean.append(byte)
            default:
                break
            }
        }
        return clean
    }
}
