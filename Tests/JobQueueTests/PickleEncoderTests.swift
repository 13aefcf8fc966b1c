import Testing

@testable import JobQueue

@Suite struct PickleEncoderTests {
    @Test func `a job is written byte for byte as python writes it`() {
        let call = JobCall(
            function: "worker.index_document_job", arguments: [["url": .string("https://example.com/a"), "n": .int(1)]])
        #expect(JobCodec.encode(call) == pythonJob)
    }

    @Test func `a result is written byte for byte as python writes it`() {
        let result: PickleValue = [
            "success": .bool(true), "url": .string("https://example.com/a"), "chunks_indexed": .int(3),
            "total_tokens": .int(512),
        ]
        let stored = Base64.encode(PickleEncoder.encode(result, style: .pythonic))
        #expect(
            String(decoding: stored, as: UTF8.self)
                == "gAWVUwAAAAAAAAB9lCiMB3N1Y2Nlc3OUiIwDdXJslIwVaHR0cHM6Ly9leGFtcGxlLmNvbS9hlIwOY2h1bmtzX2luZGV4ZWSUSwOMDHRvdGFsX3Rva2Vuc5RNAAJ1Lg=="
        )
    }

    @Test func `a frame that is full ends before the next value, not before the opcodes that close a container`() {
        // pickle.dumps([b"\a" * 65535], 5)
        let bytes = [UInt8](repeating: 7, count: 65_535)
        let python = hex("800595 0900010000000000 5d94 42ffff0000") + bytes + hex("94612e")
        #expect(PickleEncoder.encode(.list([.bytes(bytes)]), style: .pythonic) == python)
    }

    static let values: [PickleValue] = [
        .none, .bool(true), .int(0), .int(255), .int(256), .int(65_536), .int(-1), .int(-129), .int(.max), .int(.min),
        .int(1 << 31), .int(-(1 << 31)), .int(-(1 << 31) - 1), .double(-0.1), .double(.infinity), .string(""),
        .string("é\u{0}😀"),
        .string(String(repeating: "x", count: 256)), .string(String(repeating: "y", count: 70_000)), .bytes([]),
        .bytes([UInt8](repeating: 7, count: 300)), .list([]), .list([.none]), .list((0..<2500).map { .int($0) }),
        .tuple([]),
        .tuple([.int(1)]), .tuple([.int(1), .int(2), .int(3), .int(4)]), .dict([]), ["k": .list([["v": .none]])],
        .dict((0..<1001).map { PickleValue.Entry("k\($0)", .string("value \($0)")) }),
    ]

    @Test(arguments: values) func `what is written is read back`(value: PickleValue) throws {
        #expect(try PickleDecoder().decode(PickleEncoder.encode(value, style: .compact)) == value)
        #expect(try PickleDecoder().decode(PickleEncoder.encode(value, style: .pythonic)) == value)
    }
}
