/// A place in a pickle's bytes. Every read is checked against what is left.
struct PickleCursor {
    let bytes: [UInt8]
    private(set) var offset = 0
    /// Where the opcode being read began: what errors name.
    private(set) var opcodeOffset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var remaining: Int { bytes.count - offset }

    mutating func opcode() throws(PickleError) -> UInt8 {
        opcodeOffset = offset
        return try byte()
    }

    mutating func byte() throws(PickleError) -> UInt8 {
        guard offset < bytes.count else { throw .truncated(offset: opcodeOffset) }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func littleEndian(_ width: Int) throws(PickleError) -> UInt64 {
        guard remaining >= width else { throw .truncated(offset: opcodeOffset) }
        var value: UInt64 = 0
        for index in (0..<width).reversed() { value = value << 8 | UInt64(bytes[offset + index]) }
        offset += width
        return value
    }

    mutating func bigEndianDouble() throws(PickleError) -> Double {
        Double(bitPattern: try littleEndian(8).byteSwapped)
    }

    /// The range of `count` bytes, which are skipped, not copied. `count` is a number out of the pickle itself.
    mutating func range(count: UInt64, limit: Int) throws(PickleError) -> Range<Int> {
        guard count <= UInt64(limit) else { throw .tooMuch("bytes in one string", limit: limit, offset: opcodeOffset) }
        guard count <= UInt64(remaining) else { throw .truncated(offset: opcodeOffset) }
        let start = offset
        offset += Int(count)
        return start..<offset
    }

    /// A two's complement integer of `count` bytes, at most 64 bits of value.
    mutating func integer(count: UInt64) throws(PickleError) -> Int {
        guard count <= 16 else { throw .tooWide(offset: opcodeOffset) }
        let place = try range(count: count, limit: 16)
        guard let last = place.last else { return 0 }
        let fill: UInt8 = bytes[last] & 0x80 == 0 ? 0 : 0xff
        var value: UInt64 = fill == 0 ? 0 : .max
        for index in place.reversed() {
            if index - place.lowerBound >= 8 {
                guard bytes[index] == fill else { throw .tooWide(offset: opcodeOffset) }
            } else {
                value = value << 8 | UInt64(bytes[index])
            }
        }
        let signed = Int(truncatingIfNeeded: value)
        guard (signed < 0) == (fill != 0) else { throw .tooWide(offset: opcodeOffset) }
        return signed
    }
}
