import Testing

@testable import JobQueue

@Suite struct PickleDecoderTests {
    private func decode(_ text: String) throws(PickleError) -> PickleValue { try PickleDecoder().decode(hex(text)) }

    @Test func `what python wrote is read`() throws {
        #expect(
            try PickleDecoder().decode(pythonJob)
                == .tuple([
                    .string("worker.index_document_job"), .none,
                    .tuple([["url": .string("https://example.com/a"), "n": .int(1)]]), .dict([]),
                ]))
    }

    @Test func `a long text referred to again and again is refused by its bytes`() {
        var limits = PickleLimits()
        limits.bytes = 1000
        let bytes =
            [0x80, 4, 0x5d, 0x28, 0x58, 200, 0, 0, 0] + [UInt8](repeating: 97, count: 200) + [0x94]
            + [UInt8](repeating: 0x68, count: 20).flatMap { [$0, 0] } + [0x65, 0x2e]
        #expect(
            throws: PickleError.tooMuch("bytes after expanding shared references", limit: 1000, offset: bytes.count)
        ) {
            try PickleDecoder(limits: limits).decode(bytes)
        }
    }

    @Test func `stack, marks, memo and values are bounded`() {
        var limits = PickleLimits()
        (limits.stack, limits.memo, limits.nodes) = (10, 10, 50)
        let decoder = PickleDecoder(limits: limits)
        #expect(throws: PickleError.self) { try decoder.decode([0x80, 4] + [UInt8](repeating: 0x4e, count: 11)) }
        #expect(throws: PickleError.self) { try decoder.decode([0x80, 4] + [UInt8](repeating: 0x28, count: 11)) }
        #expect(throws: PickleError.self) { try decoder.decode([0x80, 4, 0x4e] + [UInt8](repeating: 0x94, count: 11)) }
        #expect(throws: PickleError.self) {
            try decoder.decode([0x80, 4, 0x5d] + [UInt8](repeating: 0x4e, count: 60).flatMap { [$0, 0x61] } + [0x2e])
        }
    }

    @Test func `keys that only look the same are different keys, as in Python`() throws {
        // U+00E9 and e + U+0301: equal to a Swift String, different to everybody else.
        guard case .dict(let entries) = try decode("80047d28 8c02c3a9 4b01 8c0365cc81 4b02 75 2e") else {
            return #expect(Bool(false))
        }
        #expect(entries.map { Array($0.key.utf8) } == [hex("c3a9"), hex("65cc81")])
        #expect(entries.map(\.value) == [.int(1), .int(2)])
    }

    @Test func `skipped keys are left out, wherever they stand`() throws {
        let value: PickleValue = ["url": .string("u"), "html": .string("<p>"), "inner": ["html": .int(1), "b": .none]]
        let bytes = PickleEncoder.encode(value, style: .pythonic)
        #expect(try PickleDecoder(skippedKeys: ["html"]).decode(bytes) == ["url": .string("u"), "inner": ["b": .none]])
    }

    @Test func `random bytes never do anything but decode or throw`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<5000 {
            var bytes = pythonJob
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = try? PickleDecoder().decode(bytes)
        }
    }
}
