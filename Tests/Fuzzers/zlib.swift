/// Whatever bytes a job's data may be: inflating ends within its limit, and what was deflated comes back whole or not at all.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe input(start, count)
    let limit = 1 << 18
    do {
        let inflated = try Zlib.inflate(bytes, limit: limit)
        require(inflated.count <= limit, "\(inflated.count) bytes, \(limit) allowed")
        checkRoundTrip(inflated)
    } catch {
        require(!"\(error)".isEmpty, "an error without words")
    }
    checkRoundTrip(bytes)
    return 0
}

private func checkRoundTrip(_ bytes: [UInt8]) {
    let deflated = accepted("deflating failed") { try Zlib.deflate(bytes) }
    require(accepted("inflating failed") { try Zlib.inflate(deflated) } == bytes, "it came back as something else")
    for length in [2, deflated.count / 2, deflated.count - 1] {
        require((try? Zlib.inflate(Array(deflated[..<length]))) == nil, "cut to \(length) bytes it was accepted")
    }
    if bytes.count > 0 {
        require((try? Zlib.inflate(deflated, limit: bytes.count - 1)) == nil, "more than the limit was accepted")
    }
}
