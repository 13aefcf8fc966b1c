/// Whether JSON from the queue may be given to a recursive parser: how deep and how large it would become.
enum JSONBounds {
    enum Excess: Error, Equatable, CustomStringConvertible {
        case depth(limit: Int, offset: Int)
        case values(limit: Int, offset: Int)

        var description: String {
            switch self {
            case .depth(let limit, let offset): "refused: more than \(limit) nested containers at byte \(offset)"
            case .values(let limit, let offset): "refused: more than \(limit) values at byte \(offset)"
            }
        }
    }

    /// Counts brackets and commas outside of strings; whether it is JSON at all, the parser says.
    static func check(_ bytes: [UInt8], limits: PickleLimits = PickleLimits()) throws(Excess) {
        var (depth, values) = (0, 0)
        var (isText, isEscaped) = (false, false)
        for (offset, byte) in bytes.enumerated() {
            if isText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                values += 1
                if depth > limits.depth { throw .depth(limit: limits.depth, offset: offset) }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ","): values += 1
            default: continue
            }
            if values > limits.nodes { throw .values(limit: limits.nodes, offset: offset) }
        }
    }
}
