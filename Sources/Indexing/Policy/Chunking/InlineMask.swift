/// Hides from the parser what can only be inline markup, so that it costs neither time nor memory.
///
/// Only the block structure is asked for, yet the library parses inlines as well: 4.9 MB of `*a*` became 948 MB of
/// nodes. Bytes that open inlines become `x` once the line's first text byte has passed, behind which no block can
/// begin; offsets stay what they were. Lines that begin like a fence or HTML keep their first kilobyte but for further `<`: their
/// markup decides how they end. And no line may open hundreds of containers, because the parser walks all of them for
/// every blank line that follows.
enum InlineMask {
    private enum Place {
        /// Only markers of blocks so far; how many bytes of them nest or indent.
        case margin(Int)
        case text
        /// A line as it is, up to the offset.
        case verbatim(until: Int)
    }

    private static let letter: UInt8 = 0x78
    /// Bytes of indentation and quote marks a line may have. Lists nest by them too.
    private static let widestMargin = 192

    static func mask(_ slice: inout [UInt8]) {
        var bytes = slice.mutableSpan
        // Read once: a lazy global asked for every byte costs as much as the parser.
        let table = opensInline
        let opens = table.span
        var place = Place.margin(0)
        for index in 0..<bytes.count {
            let byte = bytes[index]
            if byte == 0x0A {
                place = .margin(0)
                continue
            }
            switch place {
            case .text:
                guard opens[Int(byte)] else { continue }
                // The end of a raw HTML block may stand anywhere in a line: </script>
                let next = index + 1 < bytes.count ? bytes[index + 1] : 0
                if byte != 0x3C || next != 0x2F { bytes[index] = letter }
            case .verbatim(let end):
                if index >= end { place = .text }
                // What opens a block has been read. Each further one would be looked for to the end of its paragraph.
                if byte == 0x3C, !(index + 1 < bytes.count && bytes[index + 1] == 0x2F) { bytes[index] = letter }
            case .margin(let width):
                place = margin(width, byte, index)
                if byte == 0x5B || width > widestMargin { bytes[index] = letter }
            }
        }
    }

    private static func margin(_ width: Int, _ byte: UInt8, _ index: Int) -> Place {
        guard width <= widestMargin else { return .text }
        return switch byte {
        case 0x20, 0x09, 0x3E: .margin(width + 1)
        // * + - . 0-9 # = _ )
        case 0x2A, 0x2B, 0x2D, 0x2E, 0x30...0x39, 0x23, 0x3D, 0x5F, 0x29: .margin(width)
        // ` ~ <
        case 0x60, 0x7E, 0x3C: .verbatim(until: index + 1024)
        default: .text
        }
    }

    /// `&`, `*`, `<`, `[`, `\`, `_`, `` ` ``
    private static let opensInline: [Bool] = (0...255).map { [0x26, 0x2A, 0x3C, 0x5B, 0x5C, 0x5F, 0x60].contains($0) }
}
