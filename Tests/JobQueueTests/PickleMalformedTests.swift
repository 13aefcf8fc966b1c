import Testing

@testable import JobQueue

/// What no pickler writes: each with the place and the cause.
@Suite struct `Pickle: what is malformed` {
    @Test func `cut at every byte`() {
        for length in 0..<pythonJob.count {
            #expect(throws: PickleError.self, "\(length) bytes") {
                try PickleDecoder().decode(Array(pythonJob[..<length]))
            }
        }
    }

    static let cases: [(String, String, PickleError)] = [
        ("nothing", "", .truncated(offset: 0)),
        ("bytes after STOP", "80044e2e00", .trailing(count: 1, offset: 3)),
        ("no PROTO", "4e2e", .malformed("it does not begin with PROTO", offset: 0)),
        ("a second PROTO", "80044e80044e2e", .malformed("a second PROTO", offset: 3)),
        ("protocol 1", "80014e2e", .malformed("protocol 1 is not one of 2 to 5", offset: 0)),
        ("protocol 6", "80064e2e", .malformed("protocol 6 is not one of 2 to 5", offset: 0)),
        ("FRAME of more than is left", "8004954d00000000000000 4e2e", .truncated(offset: 2)),
        ("FRAME of 2^63", "8004950000000000000080 4e2e", .truncated(offset: 2)),
        ("FRAME of 2^64 - 1", "800495ffffffffffffffff4e2e", .truncated(offset: 2)),
        (
            "BINUNICODE8 of 2^64 - 1", "80048dffffffffffffffff2e",
            .tooMuch("bytes in one string", limit: 32 << 20, offset: 2)
        ),
        (
            "BINUNICODE8 of 2^63", "80048d00000000000000802e",
            .tooMuch("bytes in one string", limit: 32 << 20, offset: 2)
        ),
        (
            "BINBYTES8 of nearly 2^64", "80048e00ffffffffffffff2e",
            .tooMuch("bytes in one string", limit: 32 << 20, offset: 2)
        ),
        ("BINUNICODE of 2 GiB", "80025800000080612e", .tooMuch("bytes in one string", limit: 32 << 20, offset: 2)),
        ("BINUNICODE of more than is left", "800258ff000000612e", .truncated(offset: 2)),
        ("LONG4 of 2^32 - 1, or -1", "80028bffffffff2e", .tooWide(offset: 2)),
        ("LONG4 of 2^31, or the smallest", "80028b000000802e", .tooWide(offset: 2)),
        ("LONG4 of more than is left", "80028b080000002e", .truncated(offset: 2)),
        ("LONG1 of 2^63", "80028a090000000000000080002e", .tooWide(offset: 2)),
        ("LONG1 of -2^63 - 1", "80028a09ffffffffffffff7fff2e", .tooWide(offset: 2)),
        ("LONG1 of 2^64 - 1", "80028a09ffffffffffffffff002e", .tooWide(offset: 2)),
        ("LONG1 of 17 bytes", "80028a11 0000000000000000000000000000000001 2e", .tooWide(offset: 2)),
        (
            "LONG_BINPUT at 2^32 - 1", "80024e72ffffffff2e",
            .tooMuch("memo entries", limit: 1_000_000, offset: 3)
        ),
        ("BINPUT beyond the next", "80024e71052e", .malformed("memo index 5 after 0 entries", offset: 3)),
        ("BINGET of what is not set", "800268002e", .malformed("memo index 0 is not set", offset: 2)),
        (
            "LONG_BINGET of what is not set", "80026affffffff2e",
            .malformed("memo index 4294967295 is not set", offset: 2)
        ),
        ("MEMOIZE of nothing", "8002942e", .malformed("the stack is empty", offset: 2)),
        ("APPEND of nothing", "8002612e", .malformed("the stack is empty", offset: 2)),
        ("APPEND to nothing", "80024e612e", .malformed("the stack is empty", offset: 3)),
        ("APPEND of what lies below a MARK", "80025d284e612e", .malformed("the stack is empty", offset: 5)),
        ("TUPLE2 of one", "80024b01862e", .malformed("the stack is empty", offset: 4)),
        ("TUPLE without a MARK", "80024b01742e", .malformed("there is no MARK", offset: 4)),
        ("APPENDS without a MARK", "80025d652e", .malformed("there is no MARK", offset: 3)),
        ("SETITEMS without a MARK", "80027d752e", .malformed("there is no MARK", offset: 3)),
        ("SETITEMS on nothing", "800228752e", .malformed("the stack is empty", offset: 3)),
        ("STOP in an open MARK", "8002284e2e", .malformed("STOP with 1 values and 1 marks on the stack", offset: 4)),
        ("STOP with two values", "80024e4e2e", .malformed("STOP with 2 values and 0 marks on the stack", offset: 4)),
        ("STOP with none", "80022e", .malformed("STOP with 0 values and 0 marks on the stack", offset: 2)),
        ("SETITEMS of an odd number", "80027d288c0161752e", .malformed("a key without a value", offset: 7)),
        (
            "APPENDS to what is no list", "80024e284b01652e",
            .malformed("items are appended to something that is not a list", offset: 6)
        ),
        (
            "APPEND to a tuple", "8002294e612e",
            .malformed("items are appended to something that is not a list", offset: 4)
        ),
        (
            "SETITEM on a list", "80025d8c01614e732e",
            .malformed("keys are set on something that is not a dict", offset: 7)
        ),
        ("a key that is an int", "80027d4b014b02732e", .malformed("a dict key that is not a str", offset: 7)),
        ("a key that is None", "80027d4e4b02732e", .malformed("a dict key that is not a str", offset: 6)),
        ("a key that is bytes", "80037d43016b4b02732e", .malformed("a dict key that is not a str", offset: 8)),
        ("a key that is a tuple", "80027d294b02732e", .malformed("a dict key that is not a str", offset: 6)),
        ("text that is not UTF-8", "80048c02c3282e", .malformed("its text is not UTF-8", offset: 4)),
        ("half a surrogate", "80048c02eda02e", .malformed("its text is not UTF-8", offset: 4)),
        ("a surrogate and worse", "80048c0561eda0ff622e", .malformed("its text is not UTF-8", offset: 4)),
        ("a list in itself", "80045d946800612e", .malformed("a container holds itself", offset: 8)),
        ("a dict in itself", "80047d948c016b946800732e", .malformed("a container holds itself", offset: 12)),
        ("a list in a list in itself", "80045d945d94680061612e", .malformed("a container holds itself", offset: 11)),
        ("a list in a tuple in itself", "80045d9468008561 2e", .malformed("a container holds itself", offset: 9)),
    ]

    @Test(arguments: cases) func `each case is refused with its place`(what: String, bytes: String, error: PickleError)
    {
        #expect(throws: error, "\(what)") { try PickleDecoder().decode(hex(bytes)) }
    }

    @Test func `LONG1 of no bytes is zero, and of 255 is beyond any integer`() throws {
        #expect(try PickleDecoder().decode(hex("80028a002e")) == .int(0))
        let wide = hex("80028aff") + [UInt8](repeating: 1, count: 255) + [0x2e]
        #expect(throws: PickleError.tooWide(offset: 2)) { try PickleDecoder().decode(wide) }
        #expect(
            "\(PickleError.tooWide(offset: 2))"
                == "refused: the integer at byte 2 of the pickle does not fit into 64 bits")
    }

    @Test func `a list nested 200,000 deep is refused without recursion`() {
        let deep =
            [0x80, 4] + [UInt8](repeating: 0x5d, count: 200_000) + [UInt8](repeating: 0x61, count: 199_999) + [0x2e]
        #expect(throws: PickleError.tooMuch("nested containers", limit: 128, offset: deep.count)) {
            try PickleDecoder().decode(deep)
        }
    }

    @Test func `128 containers in one another are read, one more is refused`() throws {
        func nested(_ depth: Int) -> [UInt8] { [0x80, 4, 0x29] + [UInt8](repeating: 0x85, count: depth - 1) + [0x2e] }
        _ = try PickleDecoder().decode(nested(128))
        #expect(throws: PickleError.tooMuch("nested containers", limit: 128, offset: 132)) {
            try PickleDecoder().decode(nested(129))
        }
    }

    @Test func `billion laughs: shared references that would expand beyond the limit are refused`() {
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
}
