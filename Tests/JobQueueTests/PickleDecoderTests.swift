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

    static let opcodes: [(String, PickleValue)] = [
        ("80024e2e", PickleValue.none), ("8002882e", .bool(true)), ("8002892e", .bool(false)),
        ("80024bff2e", .int(255)),
        ("80024dffff2e", .int(65535)), ("80024affffffff2e", .int(-1)), ("80028a002e", .int(0)),
        ("80028a01802e", .int(-128)), ("80028a08ffffffffffffff7f2e", .int(.max)),
        ("80028a09 000000000000000000 2e", .int(0)),
        ("80028b0200000000012e", .int(256)), ("8002473ff80000000000002e", .double(1.5)),
        ("80025802000000c3a92e", .string("é")),
        ("80048d0100000000000000612e", .string("a")), ("80034301ff2e", .bytes([255])),
        ("80034202000000aabb2e", .bytes([0xaa, 0xbb])),
        ("80048e0100000000000000012e", .bytes([1])), ("80025d2e", .list([])), ("80025d4b01612e", .list([.int(1)])),
        ("80025d284b014b02652e", .list([.int(1), .int(2)])), ("8002292e", .tuple([])),
        ("80024b014b024b03872e", .tuple([.int(1), .int(2), .int(3)])),
        ("80027d7100 580100000061 5d7101 73 2e", ["a": .list([])]),
        ("80047d288c01614b018c01614b02752e", ["a": .int(2)]),
        ("80048c016194680086 2e", .tuple([.string("a"), .string("a")])),
    ]

    @Test(arguments: opcodes) func `each opcode of data is read`(bytes: String, value: PickleValue) throws {
        #expect(try decode(bytes) == value)
    }

    @Test func `infinities and not-a-number are numbers`() throws {
        guard case .double(let number) = try decode("8002477ff80000000000002e") else { return #expect(Bool(false)) }
        #expect(number.isNaN)
        #expect(try decode("800247fff00000000000002e") == .double(-.infinity))
    }

    @Test(arguments: [
        (UInt8(0x63), "GLOBAL"), (0x93, "STACK_GLOBAL"), (0x52, "REDUCE"), (0x62, "BUILD"), (0x69, "INST"),
        (0x6f, "OBJ"),
        (0x81, "NEWOBJ"), (0x92, "NEWOBJ_EX"), (0x82, "EXT1"), (0x83, "EXT2"), (0x84, "EXT4"), (0x50, "PERSID"),
        (0x51, "BINPERSID"),
    ])
    func `an opcode that would run code is refused by name and place`(byte: UInt8, name: String) {
        #expect(throws: PickleError.runsCode(opcode: name, offset: 3)) {
            try PickleDecoder().decode([0x80, 4, 0x4e, byte, 0x2e])
        }
        #expect(
            "\(PickleError.runsCode(opcode: name, offset: 3))"
                == "refused: pickle opcode \(name) at byte 3 would run code")
    }

    @Test(
        arguments: Array("0123456789".utf8).map { UInt8($0) } + [
            0x97, 0x98, 0x49, 0x4c, 0x46, 0x53, 0x56, 0x64, 0x6c, 0x67, 0x70, 0x54, 0x55, 0x8f, 0x90, 0x91, 0x96, 0xff,
            0x00,
        ])
    func `any other opcode is refused`(byte: UInt8) {
        #expect(throws: PickleError.self) { try PickleDecoder().decode([0x80, 4, 0x4e, byte, 0x2e]) }
    }

    @Test func `os system through REDUCE is refused at its first import`() {
        let attack = [0x80, 0x02] + Array("cos\nsystem\nq\u{0}X\u{4}\u{0}\u{0}\u{0}true".utf8) + hex("710185 52 2e")
        #expect(throws: PickleError.runsCode(opcode: "GLOBAL", offset: 2)) { try PickleDecoder().decode(attack) }
    }

    @Test func `protocol 0, which python writes without a header, is refused by name`() {
        #expect(throws: PickleError.runsCode(opcode: "GLOBAL", offset: 0)) {
            try PickleDecoder().decode(Array("cos\nsystem\n(S'true'\ntR.".utf8))
        }
    }

    @Test func `a pickle cut anywhere is refused`() {
        for length in 0..<pythonJob.count {
            #expect(throws: PickleError.self) { try PickleDecoder().decode(Array(pythonJob[..<length])) }
        }
    }

    @Test(arguments: [
        "80062e", "4e2e", "80044e2e00", "80044e80044e2e", "8004954d00000000000000 4e2e", "800495ffffffffffffffff4e2e",
        "80048dffffffffffffffff2e", "80048d00000000000000802e", "80028bffffffff2e", "80028b000000802e",
        "80048e00ffffffffffffff2e",
        "80028a09000000000000000001 2e", "80028a11 0000000000000000000000000000000000 2e", "8002580000008061 2e",
        "80024e72ffffffff2e",
        "80024e71052e", "800268002e", "80026a000000002e", "8002942e", "8002612e",
        "80024b01862e", "80024b01742e",
        "8002284e2e", "80024e4e2e", "80022e", "80027d288c0161752e", "80027d4b014b02732e", "80024e284b01652e",
        "80024e4b01612e",
        "80022875 2e", "80024e4b014b02732e", "8002284e612e", "80025d284e616 52e",
    ])
    func `malformed bytes are refused`(bytes: String) { #expect(throws: PickleError.self) { try decode(bytes) } }

    @Test(arguments: ["80048c02c3282e", "80048c02eda02e", "80048c0561eda0ff622e"])
    func `text that is not UTF-8 is refused`(bytes: String) {
        #expect(throws: PickleError.malformed("its text is not UTF-8", offset: 4)) { try decode(bytes) }
    }

    @Test func `a lone surrogate, which Python can write, becomes a replacement character`() throws {
        #expect(try decode("80048c0561eda080622e") == .string("a\u{fffd}b"))
        #expect(try decode("80048c0361006 22e") == .string("a\u{0}b"))
    }

    @Test func `a list nested a hundred thousand deep is refused without recursion`() {
        let deep =
            [0x80, 4] + [UInt8](repeating: 0x5d, count: 100_000) + [UInt8](repeating: 0x61, count: 99_999) + [0x2e]
        #expect(throws: PickleError.tooMuch("nested containers", limit: 128, offset: deep.count)) {
            try PickleDecoder().decode(deep)
        }
    }

    @Test func `a list that holds itself is refused`() {
        #expect(throws: PickleError.malformed("a container holds itself", offset: 8)) {
            try decode("80045d94680061 2e")
        }
        #expect(throws: PickleError.self) { try decode("80047d948c016168 00732e") }
        #expect(throws: PickleError.self) { try decode("80045d945d94680061 61 2e") }
    }

    @Test func `shared references that would expand beyond the limit are refused`() {
        // x = [1, 1]; thirty times x = [x, x]. All stay on the stack; a tuple takes them together.
        var bytes: [UInt8] = [0x80, 4, 0x28, 0x5d, 0x94, 0x28, 0x4b, 1, 0x4b, 1, 0x65]
        for level in 0..<30 { bytes += [0x5d, 0x94, 0x28, 0x68, UInt8(level), 0x68, UInt8(level), 0x65] }
        bytes += [0x74, 0x2e]
        #expect(
            throws: PickleError.tooMuch(
                "values after expanding shared references", limit: 2_000_000, offset: bytes.count)
        ) {
            try PickleDecoder().decode(bytes)
        }
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
