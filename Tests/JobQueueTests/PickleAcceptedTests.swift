import Testing

@testable import JobQueue

/// Python's types one by one, as CPython 3.8 to 3.14 writes them.
@Suite struct `Pickle: what is accepted` {
    private func decode(_ text: String) throws(PickleError) -> PickleValue { try PickleDecoder().decode(hex(text)) }

    static let rows: [(String, String, PickleValue)] = [
        ("None", "80024e2e", PickleValue.none), ("True", "8002882e", .bool(true)), ("False", "8002892e", .bool(false)),
        ("int below 256: BININT1", "80024bff2e", .int(255)), ("int below 65536: BININT2", "80024dffff2e", .int(65_535)),
        ("int of 32 bits: BININT", "80024a000001002e", .int(65_536)),
        ("negative int: BININT", "80024affffffff2e", .int(-1)),
        ("smallest int of 32 bits: BININT", "80024a000000802e", .int(-2_147_483_648)),
        ("larger int: LONG1", "80028a0500000080002e", .int(2_147_483_648)),
        ("negative LONG1", "80028a01802e", .int(-128)),
        ("largest LONG1", "80028a08ffffffffffffff7f2e", .int(.max)),
        ("smallest LONG1", "80028a0800000000000000802e", .int(.min)),
        ("LONG1 with more sign bytes than it needs", "80028a09 000000000000000000 2e", .int(0)),
        ("LONG4", "80028b0200000000012e", .int(256)),
        ("float, big-endian", "8002473ff80000000000002e", .double(1.5)),
        ("str below 256 bytes: SHORT_BINUNICODE", "80048c02c3a92e", .string("é")),
        ("longer str: BINUNICODE", "80025802000000c3a92e", .string("é")),
        ("str beyond 4 GiB: BINUNICODE8", "80048d0100000000000000612e", .string("a")),
        ("bytes below 256: SHORT_BINBYTES", "80034301ff2e", .bytes([255])),
        ("longer bytes: BINBYTES", "80034202000000aabb2e", .bytes([0xaa, 0xbb])),
        ("bytes beyond 4 GiB: BINBYTES8", "80048e0100000000000000012e", .bytes([1])),
        ("list", "80025d2e", .list([])), ("list of one: APPEND", "80025d4b01612e", .list([.int(1)])),
        ("list of more: APPENDS", "80025d284b014b02652e", .list([.int(1), .int(2)])),
        ("list in two batches", "80025d284b01654b02612e", .list([.int(1), .int(2)])),
        ("dict", "80027d2e", .dict([])),
        ("dict of one: SETITEM", "80027d7100 580100000061 5d7101 73 2e", ["a": .list([])]),
        ("dict of more: SETITEMS", "80047d288c01614b018c01624b02752e", ["a": .int(1), "b": .int(2)]),
        ("dict in two batches", "80047d288c01614b01758c01624b02732e", ["a": .int(1), "b": .int(2)]),
        ("tuple", "8002292e", .tuple([])), ("tuple of one", "80024e852e", .tuple([.none])),
        ("tuple of two", "80024e4e862e", .tuple([.none, .none])),
        ("tuple of three", "80024b014b024b03872e", .tuple([.int(1), .int(2), .int(3)])),
        ("tuple of more: TUPLE", "8002284e4e4e4e742e", .tuple([.none, .none, .none, .none])),
        ("tuple by TUPLE, of none", "800228742e", .tuple([])),
        ("same str again: BINGET", "80048c016194680086 2e", .tuple([.string("a"), .string("a")])),
        ("memo of protocols 2 and 3: BINPUT", "80024e71006800862e", .tuple([.none, .none])),
        ("memo: LONG_BINPUT and LONG_BINGET", "80024e72000000006a00000000862e", .tuple([.none, .none])),
        ("FRAME at the beginning", "8004950200000000000000 4e2e", .none),
        ("FRAME in the middle", "80044e950300000000000000 4e862e", .tuple([.none, .none])),
    ]

    @Test(arguments: rows)
    func `each row of the table is read`(what: String, bytes: String, value: PickleValue) throws {
        #expect(try decode(bytes) == value, "\(what)")
    }

    @Test func `a list and a dict of several batches of 1000 keep their order`() throws {
        let list = PickleValue.list((0..<2500).map { .int($0) })
        let dict = PickleValue.dict((0..<2500).map { PickleValue.Entry("k\($0)", .int($0)) })
        #expect(try PickleDecoder().decode(PickleEncoder.encode(list, style: .pythonic)) == list)
        #expect(try PickleDecoder().decode(PickleEncoder.encode(dict, style: .pythonic)) == dict)
    }

    @Test func `an object after the 255th is referred to by LONG_BINGET`() throws {
        var bytes: [UInt8] = [0x80, 4, 0x28]
        for number in 0..<300 { bytes += [0x4d, UInt8(number & 0xff), UInt8(number >> 8), 0x94] }
        bytes += hex("6a2b010000 742e")
        guard case .tuple(let items) = try PickleDecoder().decode(bytes) else { return #expect(Bool(false)) }
        #expect(items.count == 301 && items.last == .int(299))
    }

    @Test func `a string of 64 KiB and more lies outside the frames, and its MEMOIZE begins the next one`() throws {
        // pickle.dumps(("x" * 70000,) * 2, 5)
        let text = String(repeating: "x", count: 70_000)
        let bytes = hex("8005 5870110100") + Array(text.utf8) + hex("950600000000000000 9468008694 2e")
        #expect(try PickleDecoder().decode(bytes) == .tuple([.string(text), .string(text)]))
    }

    @Test func `a lone surrogate becomes a replacement character, and NUL stays`() throws {
        #expect(try decode("80048c0561eda080622e") == .string("a\u{fffd}b"))
        #expect(try decode("80048c06edafbfedbfbf2e") == .string("\u{fffd}\u{fffd}"))
        #expect(try decode("80048c0361006 22e") == .string("a\u{0}b"))
    }

    @Test func `not-a-number and the infinities are numbers`() throws {
        guard case .double(let number) = try decode("8002477ff80000000000002e") else { return #expect(Bool(false)) }
        #expect(number.isNaN)
        #expect(try decode("8002477ff00000000000002e") == .double(.infinity))
        #expect(try decode("800247fff00000000000002e") == .double(-.infinity))
    }

    @Test func `a key given twice has its last value at its first place`() throws {
        let bytes = "80047d28 8c01614b01 8c01624b02 8c01614b03 752e"
        #expect(try decode(bytes) == ["a": .int(3), "b": .int(2)])
    }

    @Test func `what is set on an object by another of its names is seen by all`() throws {
        #expect(try decode("80047d9468008c01614b0173862e") == .tuple([["a": .int(1)], ["a": .int(1)]]))
        // A tuple of a list, which is filled only afterwards.
        #expect(try decode("80045d9485 6800 4b0161 862e") == .tuple([.tuple([.list([.int(1)])]), .list([.int(1)])]))
    }

    @Test func `a pickle inside a pickle stays bytes`() throws {
        let bomb = Array("cos\nsystem\n(S'true'\ntR.".utf8)
        #expect(try PickleDecoder().decode(PickleEncoder.encode(.bytes(bomb), style: .pythonic)) == .bytes(bomb))
    }
}
