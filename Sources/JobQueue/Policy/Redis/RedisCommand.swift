/// A command with its arguments, binary safe.
public struct RedisCommand: Sendable, ExpressibleByArrayLiteral {
    public enum Argument: Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
        ExpressibleByIntegerLiteral
    {
        case text(String)
        case bytes([UInt8])

        public init(stringLiteral value: String) { self = .text(value) }
        public init(integerLiteral value: Int) { self = .text(String(value)) }

        fileprivate var count: Int {
            switch self {
            case .text(let text): text.utf8.count
            case .bytes(let bytes): bytes.count
            }
        }

        fileprivate func write(into bytes: inout [UInt8]) {
            switch self {
            case .text(let text): bytes.append(contentsOf: text.utf8)
            case .bytes(let raw): bytes.append(contentsOf: raw)
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
        var bytes: [UInt8] = []
        bytes.reserveCapacity(arguments.reduce(16) { $0 + $1.count + 16 })
        bytes.append(contentsOf: "*\(arguments.count)\r\n".utf8)
        for argument in arguments {
            bytes.append(contentsOf: "$\(argument.count)\r\n".utf8)
            argument.write(into: &bytes)
            bytes.append(0x0D)
            bytes.append(0x0A)
        }
        return bytes
    }
}
