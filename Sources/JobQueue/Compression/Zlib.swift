internal import CZlib

/// zlib streams, as RQ stores them around job data and tracebacks.
enum Zlib {
    static let inflatedLimit = 64 << 20

    /// Inflates, watching the size while it grows: a few KB may stand for gigabytes.
    ///
    /// Data that does not begin like a zlib stream is returned as it is, as RQ's reader does.
    static func inflate(_ input: [UInt8], limit: Int = inflatedLimit) throws(CompressionError) -> [UInt8] {
        guard hasHeader(input) else {
            guard input.count <= limit else { throw .bomb(limit: limit) }
            return input
        }
        var stream = unsafe z_stream()
        guard unsafe inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .outOfMemory
        }
        defer { unsafe inflateEnd(&stream) }
        return try unsafe run(&stream, input, limit: limit)
    }

    private static func run(_ stream: inout z_stream, _ input: [UInt8], limit: Int) throws(CompressionError) -> [UInt8]
    {
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(limit + 1, max(4 << 10, min(input.count * 4, 1 << 20))))
        let chunkSize = chunk.count
        // zlib never writes through next_in; its type has no const.
        let failure: CompressionError? = unsafe input.withUnsafeBufferPointer { source in
            unsafe stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            unsafe stream.avail_in = UInt32(source.count)
            while true {
                let result = unsafe chunk.withUnsafeMutableBufferPointer { target in
                    unsafe stream.next_out = target.baseAddress
                    unsafe stream.avail_out = UInt32(chunkSize)
                    return unsafe CZlib.inflate(&stream, Z_NO_FLUSH)
                }
                let produced = unsafe chunkSize - Int(stream.avail_out)
                guard output.count + produced <= limit else { return .bomb(limit: limit) }
                output += chunk[..<produced]
                switch result {
                case Z_STREAM_END: return unsafe stream.avail_in == 0 ? nil : .damaged("bytes follow its end")
                case Z_OK: continue
                case Z_BUF_ERROR: return .truncated
                case Z_MEM_ERROR: return .outOfMemory
                default: return .damaged(unsafe stream.msg.map { unsafe String(cString: $0) } ?? "code \(result)")
                }
            }
        }
        if let failure { throw failure }
        return output
    }

    /// RFC 1950: method 8, window at most 32 KiB, check bits that make the two bytes a multiple of 31.
    private static func hasHeader(_ input: [UInt8]) -> Bool {
        guard let first = input.first, input.count >= 2 else { return false }
        return first & 0x0f == 8 && first >> 4 <= 7 && (Int(first) << 8 | Int(input[1])) % 31 == 0
    }

    /// Deflates, thoroughly with zlib's default level, as Python's `zlib.compress` does.
    static func deflate(
        _ input: [UInt8], _ effort: DeflateEffort = .thorough
    ) throws(CompressionError) -> [UInt8] {
        let level = effort == .thorough ? Z_DEFAULT_COMPRESSION : Z_BEST_SPEED
        var size = compressBound(UInt(input.count))
        var output = [UInt8](repeating: 0, count: Int(size))
        let result = unsafe output.withUnsafeMutableBufferPointer { target in
            unsafe input.withUnsafeBufferPointer { source in
                unsafe compress2(
                    target.baseAddress, &size, source.baseAddress, UInt(source.count), level)
            }
        }
        guard result == Z_OK else { throw .outOfMemory }
        output.removeLast(output.count - Int(size))
        return output
    }
}
