/// A reply, copied out of hiredis.
public enum RedisReply: Equatable, Sendable {
    case null
    case integer(Int)
    case status(String)
    case bytes([UInt8])
    case array([RedisReply])
    case error(String)

    var text: String? {
        switch self {
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .status(let text): text
        case .integer(let number): String(number)
        case .null, .array, .error: nil
        }
    }

    var integer: Int? {
        switch self {
        case .integer(let number): number
        case .bytes, .status: text.flatMap { Int($0) }
        case .null, .array, .error: nil
        }
    }

    var array: [RedisReply]? {
        guard case .array(let items) = self else { return nil }
        return items
    }
}
