/// Writes a pickle any Python reads.
///
/// `compact` is protocol 2 without memo: the smallest thing `pickle.loads` accepts, for results. `pythonic` is what
/// CPython 3.8 to 3.14 writes by default, frames and memo entries included, for jobs that a Python worker may run; only
/// the references that Python makes to an object it has met before are not imitated, since values have no identity.
///
/// Source: CPython's `Modules/_pickle.c` (batches of 1000, frames of 64 KiB, long strings outside frames).
public struct PickleEncoder: Sendable {
    public enum Style: Sendable { case compact, pythonic }

    private let style: Style
    private var output: [UInt8]
    private var frame: [UInt8] = []

    public static func encode(_ value: PickleValue, style: Style) -> [UInt8] {
        var encoder = PickleEncoder(style: style)
        encoder.write(value)
        encoder.emit(.stop)
        encoder.closeFrame()
        return encoder.output
    }

    private init(style: Style) {
        self.style = style
        output = [PickleOpcode.proto.rawValue, style == .compact ? 2 : 5]
    }

    private static let batch = 1000
    private static let frameTarget = 64 << 10
    private static let smallestFrame = 4

    private mutating func write(_ value: PickleValue) {
        if style == .pythonic, frame.count >= Self.frameTarget { closeFrame() }
        switch value {
        case .none: emit(.none)
        case .bool(let flag): emit(flag ? .newTrue : .newFalse)
        case .int(let number): write(number)
        case .double(let number):
            emit(.binFloat)
            frame += (0..<8).reversed().map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * UInt64($0))) }
        case .string(let text):
            run(Array(text.utf8), short: style == .pythonic ? .shortBinUnicode : nil, .binUnicode, .binUnicode8)
            memoize()
        case .bytes(let bytes):
            run(bytes, short: .shortBinBytes, .binBytes, .binBytes8)
            memoize()
        case .list(let items): write(list: items)
        case .tuple(let items): write(tuple: items)
        case .dict(let entries): write(dict: entries)
        }
    }

    private mutating func write(_ number: Int) {
        switch number {
        case 0...0xff:
            emit(.binInt1)
            emit(littleEndian: number, width: 1)
        case 0x100...0xffff:
            emit(.binInt2)
            emit(littleEndian: number, width: 2)
        case Int(Int32.min)...Int(Int32.max):
            emit(.binInt)
            emit(littleEndian: number, width: 4)
        default:
            // The fewest bytes that keep the sign bit, as Python's int.to_bytes(signed=True) needs.
            let width = (Int.bitWidth - (number < 0 ? ~number : number).leadingZeroBitCount) / 8 + 1
            emit(.long1)
            emit(littleEndian: width, width: 1)
            emit(littleEndian: number, width: width)
        }
    }

    private mutating func write(list items: [PickleValue]) {
        emit(.emptyList)
        memoize()
        if items.count == 1 {
            write(items[0])
            emit(.append)
        } else {
            for start in stride(from: 0, to: items.count, by: Self.batch) {
                emit(.mark)
                for item in items[start..<min(start + Self.batch, items.count)] { write(item) }
                emit(.appends)
            }
        }
    }

    private mutating func write(tuple items: [PickleValue]) {
        guard !items.isEmpty else { return emit(.emptyTuple) }
        if items.count > 3 { emit(.mark) }
        for item in items { write(item) }
        switch items.count {
        case 1: emit(.tuple1)
        case 2: emit(.tuple2)
        case 3: emit(.tuple3)
        default: emit(.tuple)
        }
        memoize()
    }

    private mutating func write(dict entries: [PickleValue.Entry]) {
        emit(.emptyDict)
        memoize()
        if entries.count == 1 {
            write(.string(entries[0].key))
            write(entries[0].value)
            return emit(.setItem)
        }
        for start in stride(from: 0, to: entries.count, by: Self.batch) {
            emit(.mark)
            for entry in entries[start..<min(start + Self.batch, entries.count)] {
                write(.string(entry.key))
                write(entry.value)
            }
            emit(.setItems)
        }
    }

    private mutating func run(_ bytes: [UInt8], short: PickleOpcode?, _ medium: PickleOpcode, _ long: PickleOpcode) {
        let isUnframed = style == .pythonic && bytes.count >= Self.frameTarget
        if isUnframed { closeFrame() }
        switch bytes.count {
        case ..<0x100 where short != nil:
            emit(short ?? medium)
            emit(littleEndian: bytes.count, width: 1)
        case ...Int(UInt32.max):
            emit(medium)
            emit(littleEndian: bytes.count, width: 4)
        default:
            emit(long)
            emit(littleEndian: bytes.count, width: 8)
        }
        frame += bytes
        if isUnframed {
            output += frame
            frame = []
        }
    }

    private mutating func memoize() {
        if style == .pythonic { emit(.memoize) }
    }

    private mutating func emit(_ opcode: PickleOpcode) { frame.append(opcode.rawValue) }

    private mutating func emit(littleEndian number: Int, width: Int) {
        for index in 0..<width { frame.append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
    }

    /// Python frames nothing shorter than four bytes.
    private mutating func closeFrame() {
        if style == .pythonic, frame.count >= Self.smallestFrame {
            output.append(PickleOpcode.frame.rawValue)
            for index in 0..<8 { output.append(UInt8(truncatingIfNeeded: frame.count >> (8 * index))) }
        }
        output += frame
        frame = []
    }
}
