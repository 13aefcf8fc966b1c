/// A command with its arguments, binary safe.
public struct RedisCommand: Sendable, ExpressibleByArrayLiteral {
    public enum Argument: Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
        ExpressibleByIntegerLiteral
    {
        case text(String)
        case bytes([UInt8])

        public init(stringLiteral value: String) { self = .text(value) }
        public init(integerLiteral value: Int) { self = .text(String(value)) }

        var raw: [UInt8] {
            switch self {
            case .text(let text): Array(text.utf8)
            case .bytes(let bytes): bytes
            }
        }
    }

    public var arguments: [Argument]

    public init(_ arguments: [Argument]) { self.arguments = arguments }
    public init(arrayLiteral elements: Argument...) { arguments = elements }
}

extension RedisCommand {
    /// As Redis reads it: an array of bulk strings (RESP2).
    var encoded: [UInt8] {
        var bytes = Array("*\(arguments.count)\r\n".utf8)
        for argument in arguments {
            let raw = argument.raw
            bytes += Array("$\(raw.count)\r\n".utf8)
            bytes += raw
            bytes += [0x0D, 0x0A]
        }
        return bytes
    }
}
