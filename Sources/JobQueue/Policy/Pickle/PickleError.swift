/// Why a pickle was refused, and at which byte.
public enum PickleError: Error, Equatable, Sendable, CustomStringConvertible {
    /// An opcode whose purpose is to import or call something.
    case runsCode(opcode: String, offset: Int)
    /// An opcode no payload of data needs: protocol 0 text, persistent ids, sets, out-of-band buffers, stack tricks.
    case unneeded(opcode: String, offset: Int)
    case unknownOpcode(UInt8, offset: Int)
    case truncated(offset: Int)
    case trailing(count: Int, offset: Int)
    /// An integer, which Python would read, but none of ours can hold.
    case tooWide(offset: Int)
    case tooMuch(String, limit: Int, offset: Int)
    case malformed(String, offset: Int)

    public var description: String {
        switch self {
        case .runsCode(let opcode, let offset):
            "refused: pickle opcode \(opcode) at byte \(offset) would run code"
        case .unneeded(let opcode, let offset):
            "refused: pickle opcode \(opcode) at byte \(offset) is not among those that data needs"
        case .unknownOpcode(let byte, let offset):
            "refused: byte \(offset) of the pickle, 0x\(String(byte, radix: 16)), is not an opcode of protocols 2 to 5"
        case .truncated(let offset):
            "the pickle is truncated: it ends inside the value that begins at byte \(offset)"
        case .trailing(let count, let offset):
            "refused: \(count) bytes follow the pickle's STOP at byte \(offset)"
        case .tooMuch(let what, let limit, let offset):
            "refused: the pickle holds more than \(limit) \(what) (at byte \(offset))"
        case .tooWide(let offset):
            "refused: the integer at byte \(offset) of the pickle does not fit into 64 bits"
        case .malformed(let what, let offset):
            "the pickle is malformed at byte \(offset): \(what)"
        }
    }
}
