/// The opcodes that data needs, and the names of all others so that a refusal can say what it met.
///
/// Source: CPython's `Lib/pickletools.py` and PEP 574 (protocol 5).
enum PickleOpcode: UInt8 {
    case proto = 0x80
    case frame = 0x95
    case stop = 0x2e
    case mark = 0x28
    case none = 0x4e
    case newTrue = 0x88
    case newFalse = 0x89
    case binInt = 0x4a
    case binInt1 = 0x4b
    case binInt2 = 0x4d
    case long1 = 0x8a
    case long4 = 0x8b
    case binFloat = 0x47
    case shortBinUnicode = 0x8c
    case binUnicode = 0x58
    case binUnicode8 = 0x8d
    case shortBinBytes = 0x43
    case binBytes = 0x42
    case binBytes8 = 0x8e
    case emptyList = 0x5d
    case append = 0x61
    case appends = 0x65
    case emptyDict = 0x7d
    case setItem = 0x73
    case setItems = 0x75
    case emptyTuple = 0x29
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case tuple = 0x74
    case memoize = 0x94
    case binGet = 0x68
    case longBinGet = 0x6a
    case binPut = 0x71
    case longBinPut = 0x72

    /// The refusal of a byte that is none of the cases above.
    static func refusal(of byte: UInt8, at offset: Int) -> PickleError {
        if let name = namesThatRunCode[byte] { return .runsCode(opcode: name, offset: offset) }
        if let name = namesNotNeeded[byte] { return .unneeded(opcode: name, offset: offset) }
        return .unknownOpcode(byte, offset: offset)
    }

    private static let namesThatRunCode: [UInt8: String] = [
        0x63: "GLOBAL", 0x93: "STACK_GLOBAL", 0x52: "REDUCE", 0x62: "BUILD", 0x69: "INST", 0x6f: "OBJ", 0x81: "NEWOBJ",
        0x92: "NEWOBJ_EX", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4", 0x50: "PERSID", 0x51: "BINPERSID",
    ]

    private static let namesNotNeeded: [UInt8: String] = [
        0x97: "NEXT_BUFFER", 0x98: "READONLY_BUFFER", 0x30: "POP", 0x31: "POP_MARK", 0x32: "DUP", 0x49: "INT",
        0x4c: "LONG", 0x46: "FLOAT", 0x53: "STRING", 0x56: "UNICODE", 0x64: "DICT", 0x6c: "LIST", 0x67: "GET",
        0x70: "PUT", 0x54: "BINSTRING", 0x55: "SHORT_BINSTRING", 0x8f: "EMPTY_SET", 0x90: "ADDITEMS",
        0x91: "FROZENSET", 0x96: "BYTEARRAY8",
    ]
}
