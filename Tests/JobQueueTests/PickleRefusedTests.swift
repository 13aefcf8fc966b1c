import Testing

@testable import JobQueue

/// What an attack needs, or no job of ours holds: refused by the opcode's name and place.
@Suite struct `Pickle: what is refused by name` {
    @Test(arguments: [
        (UInt8(0x63), "GLOBAL"), (0x93, "STACK_GLOBAL"), (0x52, "REDUCE"), (0x62, "BUILD"), (0x69, "INST"),
        (0x6f, "OBJ"), (0x81, "NEWOBJ"), (0x92, "NEWOBJ_EX"), (0x82, "EXT1"), (0x83, "EXT2"), (0x84, "EXT4"),
        (0x50, "PERSID"), (0x51, "BINPERSID"),
    ])
    func `an opcode that would run code`(byte: UInt8, name: String) {
        #expect(throws: PickleError.runsCode(opcode: name, offset: 3)) {
            try PickleDecoder().decode([0x80, 4, 0x4e, byte, 0x2e])
        }
        #expect(
            "\(PickleError.runsCode(opcode: name, offset: 3))"
                == "refused: pickle opcode \(name) at byte 3 would run code")
    }

    @Test(arguments: [
        (UInt8(0x97), "NEXT_BUFFER"), (0x98, "READONLY_BUFFER"), (0x30, "POP"), (0x31, "POP_MARK"), (0x32, "DUP"),
        (0x49, "INT"), (0x4c, "LONG"), (0x46, "FLOAT"), (0x53, "STRING"), (0x56, "UNICODE"), (0x64, "DICT"),
        (0x6c, "LIST"), (0x67, "GET"), (0x70, "PUT"), (0x54, "BINSTRING"), (0x55, "SHORT_BINSTRING"),
        (0x8f, "EMPTY_SET"), (0x90, "ADDITEMS"), (0x91, "FROZENSET"), (0x96, "BYTEARRAY8"),
    ])
    func `an opcode that data does not need`(byte: UInt8, name: String) {
        #expect(throws: PickleError.unneeded(opcode: name, offset: 3)) {
            try PickleDecoder().decode([0x80, 4, 0x4e, byte, 0x2e])
        }
        #expect("\(PickleError.unneeded(opcode: name, offset: 3))".contains("opcode \(name) at byte 3 is not among"))
    }

    @Test func `every byte that is no opcode`() {
        var unknown = 0
        for byte in UInt8.min...UInt8.max where PickleOpcode(rawValue: byte) == nil {
            guard case .unknownOpcode = PickleOpcode.refusal(of: byte, at: 3) else { continue }
            unknown += 1
            #expect(throws: PickleError.unknownOpcode(byte, offset: 3)) {
                try PickleDecoder().decode([0x80, 4, 0x4e, byte, 0x2e])
            }
        }
        // CPython 3.14 knows 68 opcodes: 35 are read, 33 refused by name.
        #expect(unknown == 256 - 68)
    }

    /// `pickle.dumps(value, 5)`; the offset is that of the first opcode that is refused.
    @Test(arguments: [
        (
            "datetime", "95 2a00000000000000 8c086461746574696d65948c086461746574696d65949394430a07ea0102030405000000",
            33
        ),
        ("date", "95 2000000000000000 8c086461746574696d65948c0464617465949394430407ea0102", 29),
        ("timedelta", "95 2400000000000000 8c086461746574696d65948c0974696d6564656c74619493944b014b004b00", 34),
        ("UUID", "95 2000000000000000 8c0475756964948c04555549449493942981947d948c03696e74944b01", 25),
        ("Decimal", "95 2100000000000000 8c07646563696d616c948c07446563696d616c9493948c03312e35", 31),
        ("Enum", "95 3800000000000000 8c086275696c74696e73948c07676574617474729493948c085f5f6d61696e5f5f", 32),
        ("OrderedDict", "95 2900000000000000 8c0b636f6c6c656374696f6e73948c0b4f726465726564446963749493942952", 39),
        ("an object", "95 1900000000000000 8c085f5f6d61696e5f5f948c055468696e679493942981", 30),
        ("complex", "95 2e00000000000000 8c086275696c74696e73948c07636f6d706c6578949394", 32),
    ])
    func `a Python object, at its import`(what: String, bytes: String, offset: Int) {
        // The tail is of no matter: FRAME only needs enough of it.
        let pickle = hex("8005" + bytes) + [UInt8](repeating: 0x2e, count: 64)
        #expect(throws: PickleError.runsCode(opcode: "STACK_GLOBAL", offset: offset), "\(what)") {
            try PickleDecoder().decode(pickle)
        }
    }

    @Test(arguments: [
        ("set", "800595 0700000000000000 8f94284b01902e", "EMPTY_SET", 11),
        ("frozenset", "800595 0600000000000000 284b0191942e", "FROZENSET", 14),
        ("bytearray", "800595 0c00000000000000 96010000000000000078942e", "BYTEARRAY8", 11),
    ])
    func `a set and a bytearray`(what: String, bytes: String, name: String, offset: Int) {
        #expect(throws: PickleError.unneeded(opcode: name, offset: offset), "\(what)") {
            try PickleDecoder().decode(hex(bytes))
        }
    }

    @Test func `bytes under protocol 2, which are a call of codecs encode`() {
        let bytes = hex(
            "8002635f636f646563730a656e636f64650a710058020000006162710158060000006c6174696e3171028671035271042e")
        #expect(throws: PickleError.runsCode(opcode: "GLOBAL", offset: 2)) { try PickleDecoder().decode(bytes) }
    }

    @Test func `os system by GLOBAL and REDUCE, at its import`() {
        let attack = [0x80, 0x02] + Array("cos\nsystem\nq\u{0}X\u{4}\u{0}\u{0}\u{0}true".utf8) + hex("710185 52 2e")
        #expect(throws: PickleError.runsCode(opcode: "GLOBAL", offset: 2)) { try PickleDecoder().decode(attack) }
    }

    @Test func `os system by STACK_GLOBAL with names out of the memo`() {
        let attack = hex("8004 8c026f7394 8c0673797374656d94 6800 6801 93 8c0474727565 85 52 2e")
        #expect(throws: PickleError.runsCode(opcode: "STACK_GLOBAL", offset: 20)) {
            try PickleDecoder().decode(attack)
        }
    }

    @Test func `an extension and a persistent id`() {
        #expect(throws: PickleError.runsCode(opcode: "EXT1", offset: 2)) {
            try PickleDecoder().decode(hex("8002 8201 2e"))
        }
        let persistent = [0x80, 0x02] + Array("Pid\n.".utf8)
        #expect(throws: PickleError.runsCode(opcode: "PERSID", offset: 2)) { try PickleDecoder().decode(persistent) }
    }

    @Test func `protocol 0, which Python writes without a header`() {
        #expect(throws: PickleError.runsCode(opcode: "GLOBAL", offset: 0)) {
            try PickleDecoder().decode(Array("cos\nsystem\n(S'true'\ntR.".utf8))
        }
        #expect(throws: PickleError.unneeded(opcode: "INT", offset: 0)) {
            try PickleDecoder().decode(Array("I1\n.".utf8))
        }
    }
}
