internal import CHiredis

/// Swift values in and out of hiredis's C ones.
enum HiredisCall {
    /// Queues a command. hiredis copies the arguments before it returns.
    static func append(_ command: RedisCommand, to context: UnsafeMutablePointer<redisContext>) {
        let arguments = command.arguments.map(\.raw)
        let flat = arguments.flatMap { $0 }
        var lengths = arguments.map(\.count)
        unsafe flat.withUnsafeBufferPointer { bytes in
            // An empty array may have no address, and hiredis is then given lengths of zero only.
            var next = unsafe UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
            var pointers: [UnsafePointer<CChar>?] = unsafe []
            for length in lengths {
                unsafe pointers.append(next)
                unsafe next = next.map { unsafe $0 + length }
            }
            unsafe redisAppendCommandArgv(context, Int32(lengths.count), &pointers, &lengths)
        }
    }

    static func copy(_ reply: UnsafeMutablePointer<redisReply>) -> RedisReply {
        switch unsafe reply.pointee.type {
        case REDIS_REPLY_INTEGER: return unsafe .integer(Int(reply.pointee.integer))
        case REDIS_REPLY_STATUS: return .status(String(decoding: unsafe bytes(of: reply), as: UTF8.self))
        case REDIS_REPLY_ERROR: return .error(String(decoding: unsafe bytes(of: reply), as: UTF8.self))
        case REDIS_REPLY_STRING: return .bytes(unsafe bytes(of: reply))
        case REDIS_REPLY_ARRAY:
            // hiredis itself nests at most seven levels of arrays.
            return .array(
                (0..<(unsafe reply.pointee.elements)).map { index in
                    guard let element = unsafe reply.pointee.element?[index] else { return .null }
                    return unsafe copy(element)
                })
        default: return .null
        }
    }

    static func errorText(of context: UnsafeMutablePointer<redisContext>) -> String {
        unsafe withUnsafeBytes(of: context.pointee.errstr) { raw in
            unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private static func bytes(of reply: UnsafeMutablePointer<redisReply>) -> [UInt8] {
        guard let start = unsafe reply.pointee.str else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: reply.pointee.len))
    }
}
