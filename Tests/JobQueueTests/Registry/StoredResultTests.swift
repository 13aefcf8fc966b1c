import Testing

@testable import JobQueue

@Suite struct `Results as RQ stores them` {
    private func entry(_ fields: [String: [UInt8]]) -> RedisReply {
        .array([
            .bytes(Array("1769860800500-0".utf8)),
            .array(fields.flatMap { [.bytes(Array($0.key.utf8)), .bytes($0.value)] }),
        ])
    }

    @Test func `a return value that python-rq wrote is read as python prints it`() throws {
        let stored =
            "gAWVUwAAAAAAAAB9lCiMB3N1Y2Nlc3OUiIwDdXJslIwVaHR0cHM6Ly9leGFtcGxlLmNvbS9hlIwOY2h1bmtzX2luZGV4ZWSUSwOMDHRvdGFsX3Rva2Vuc5RNAAJ1Lg=="
        let result = try #require(
            StoredResult.read(
                entry(["type": [0x31], "worker_name": Array("w".utf8), "return_value": Array(stored.utf8)])))
        #expect(
            result
                == JobResult(
                    at: 1_769_860_800.5, kind: .successful, worker: "w",
                    text:
                        "{'success': True, 'url': 'https://example.com/a', 'chunks_indexed': 3, 'total_tokens': 512}"))
    }

    @Test func `a reason is inflated, and one that cannot be read says so`() throws {
        let text = Base64.encode(try Zlib.deflate(Array("größe".utf8)))
        #expect(StoredResult.read(entry(["type": [0x32], "exc_string": text]))?.text == "größe")
        #expect(StoredResult.read(entry(["type": [0x32]]))?.text == "")
        let damaged = StoredResult.read(entry(["type": [0x37], "exc_string": Array("eJw!".utf8)]))
        #expect(damaged?.text == "(its text is no base64)" && damaged?.kind == nil)
        let bomb = Base64.encode(try Zlib.deflate([UInt8](repeating: 65, count: 2 << 20)))
        let refused = StoredResult.read(entry(["type": [0x32], "exc_string": bomb]))
        #expect(refused?.text.hasPrefix("(its text cannot be read: ") == true)
        #expect(StoredResult.read(.array([.null])) == nil && StoredResult.read(.null) == nil)
    }

    @Test func `values of other serializers are shown as far as they can be`() {
        #expect(ReturnedValue.text(Array(#"{"a": 1}"#.utf8)) == #"{"a": 1}"#)
        #expect(ReturnedValue.text([0xff, 0xfe]) == "(a value of an unknown serializer)")
        // A datetime.
        #expect(ReturnedValue.text(hex("8005 8c08 6461746574696d65 93 2e")).hasPrefix("(a value that only Python"))
        let long = ReturnedValue.text(Array(repeating: UInt8(ascii: "x"), count: 10_000))
        #expect(long.count == 503 && long.hasSuffix("..."))
        #expect(ReturnedValue.text([UInt8](repeating: 0x80, count: 2 << 20)) == "(a value of 2097152 bytes)")
    }

    @Test(arguments: 0..<40)
    func `base64 comes back as it was`(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 89 &+ 7) }
        let text = Base64.encode(bytes)
        #expect(Base64.decode(text) == bytes)
        #expect(Base64.decode(text.filter { $0 != UInt8(ascii: "=") }) == bytes)
        #expect(Base64.decode(text + [UInt8(ascii: "-")]) == nil)
    }
}
