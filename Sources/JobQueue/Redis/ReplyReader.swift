internal import CHiredis

/// hiredis's parser: bytes of the connection go in, replies come out.
@safe final class ReplyReader {
    private let reader: UnsafeMutablePointer<redisReader>
    /// Nothing of ours answers deeper; a stranger's nesting must not become our recursion.
    private static let deepest = 16

    init() throws(RedisError.Cause) {
        guard let fresh = unsafe redisReaderCreate() else { throw .unreachable("no memory for a connection") }
        unsafe reader = fresh
    }

    deinit { unsafe redisReaderFree(reader) }

    func feed(_ bytes: ArraySlice<UInt8>) throws(RedisError.Cause) {
        let code = unsafe bytes.withUnsafeBytes { raw in
            unsafe redisReaderFeed(reader, raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count)
        }
        guard code == REDIS_OK else { throw failure }
    }

    /// nil = more bytes are needed.
    func next() throws(RedisError.Cause) -> RedisReply? {
        var raw: UnsafeMutableRawPointer?
        guard unsafe redisReaderGetReply(reader, &raw) == REDIS_OK else { throw failure }
        guard let found = unsafe raw else { return nil }
        defer { unsafe freeReplyObject(found) }
        return unsafe Self.copy(found.assumingMemoryBound(to: redisReply.self), depth: 0)
    }

    private var failure: RedisError.Cause {
        let text = unsafe withUnsafeBytes(of: reader.pointee.errstr) { raw in
            unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
        }
        return unsafe reader.pointee.err == REDIS_ERR_PROTOCOL ? .notRedis(text) : .unreachable(text)
    }

    private static func copy(_ reply: UnsafeMutablePointer<redisReply>, depth: Int) -> RedisReply {
        switch unsafe reply.pointee.type {
        case REDIS_REPLY_INTEGER, REDIS_REPLY_BOOL: return unsafe .integer(Int(reply.pointee.integer))
        case REDIS_REPLY_STATUS: return .status(String(decoding: unsafe bytes(of: reply), as: UTF8.self))
        case REDIS_REPLY_ERROR: return .error(String(decoding: unsafe bytes(of: reply), as: UTF8.self))
        case REDIS_REPLY_STRING, REDIS_REPLY_DOUBLE, REDIS_REPLY_BIGNUM, REDIS_REPLY_VERB:
            return .bytes(unsafe bytes(of: reply))
        case REDIS_REPLY_ARRAY, REDIS_REPLY_MAP, REDIS_REPLY_SET, REDIS_REPLY_PUSH:
            guard depth < deepest else { return .null }
            return .array(
                (0..<(unsafe reply.pointee.elements)).map { index in
                    guard let element = unsafe reply.pointee.element?[index] else { return .null }
                    return unsafe copy(element, depth: depth + 1)
                })
        default: return .null
        }
    }

    private static func bytes(of reply: UnsafeMutablePointer<redisReply>) -> [UInt8] {
        guard let start = unsafe reply.pointee.str else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: reply.pointee.len))
    }
}
