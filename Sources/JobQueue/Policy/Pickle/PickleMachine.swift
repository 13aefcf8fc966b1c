/// The pickle virtual machine, cut down to data: a stack, marks in it, and a memo.
struct PickleMachine {
    private(set) var graph: PickleGraph
    private var cursor: PickleCursor
    private var stack: [Int] = []
    private var marks: [Int] = []
    private var memo: [Int] = []
    private let limits: PickleLimits

    init(_ bytes: [UInt8], limits: PickleLimits) {
        cursor = PickleCursor(bytes)
        graph = PickleGraph(limits: limits)
        self.limits = limits
    }

    /// Runs to STOP; the index of the one value left.
    mutating func run() throws(PickleError) -> Int {
        try header()
        while true {
            let byte = try cursor.opcode()
            guard let opcode = PickleOpcode(rawValue: byte) else {
                throw PickleOpcode.refusal(of: byte, at: cursor.opcodeOffset)
            }
            if opcode == .stop { return try finish() }
            try perform(opcode)
        }
    }

    private var offset: Int { cursor.opcodeOffset }

    private mutating func header() throws(PickleError) {
        let byte = try cursor.opcode()
        guard byte == PickleOpcode.proto.rawValue else {
            if PickleOpcode(rawValue: byte) == nil { throw PickleOpcode.refusal(of: byte, at: 0) }
            throw .malformed("it does not begin with PROTO", offset: 0)
        }
        let version = try cursor.byte()
        guard (2...5).contains(version) else { throw .malformed("protocol \(version) is not one of 2 to 5", offset: 0) }
    }

    private mutating func finish() throws(PickleError) -> Int {
        guard marks.isEmpty, stack.count == 1, let root = stack.last else {
            throw .malformed("STOP with \(stack.count) values and \(marks.count) marks on the stack", offset: offset)
        }
        guard cursor.remaining == 0 else { throw .trailing(count: cursor.remaining, offset: offset) }
        return root
    }

    private mutating func perform(_ opcode: PickleOpcode) throws(PickleError) {
        switch opcode {
        case .proto: throw .malformed("a second PROTO", offset: offset)
        case .stop: break
        case .frame:
            // Frames may begin anywhere (a long string lies outside them), so only their promise is checked.
            let length = try cursor.littleEndian(8)
            guard length <= UInt64(cursor.remaining) else { throw .truncated(offset: offset) }
        case .mark:
            guard marks.count < limits.stack else { throw .tooMuch("marks", limit: limits.stack, offset: offset) }
            marks.append(stack.count)
        case .none: try push(.none)
        case .newTrue: try push(.bool(true))
        case .newFalse: try push(.bool(false))
        case .binInt1: try push(.int(Int(try cursor.byte())))
        case .binInt2: try push(.int(Int(try cursor.littleEndian(2))))
        case .binInt: try push(.int(Int(Int32(truncatingIfNeeded: try cursor.littleEndian(4)))))
        case .long1: try push(.int(try cursor.integer(count: UInt64(try cursor.byte()))))
        case .long4: try push(.int(try cursor.integer(count: try cursor.littleEndian(4))))
        case .binFloat: try push(.double(try cursor.bigEndianDouble()))
        case .shortBinUnicode: try push(.text(try run(1)))
        case .binUnicode: try push(.text(try run(4)))
        case .binUnicode8: try push(.text(try run(8)))
        case .shortBinBytes: try push(.bytes(try run(1)))
        case .binBytes: try push(.bytes(try run(4)))
        case .binBytes8: try push(.bytes(try run(8)))
        case .emptyList: try push(.list([]))
        case .emptyDict: try push(.dict([]))
        case .emptyTuple: try push(.tuple([]))
        case .append: try append(try pop(1))
        case .appends: try append(try popToMark())
        case .setItem: try set(try pop(2))
        case .setItems: try set(try popToMark())
        case .tuple1: try push(.tuple(try pop(1)))
        case .tuple2: try push(.tuple(try pop(2)))
        case .tuple3: try push(.tuple(try pop(3)))
        case .tuple: try push(.tuple(try popToMark()))
        case .memoize: try remember(at: UInt64(memo.count))
        case .binPut: try remember(at: UInt64(try cursor.byte()))
        case .longBinPut: try remember(at: try cursor.littleEndian(4))
        case .binGet: try recall(UInt64(try cursor.byte()))
        case .longBinGet: try recall(try cursor.littleEndian(4))
        }
    }

    /// A run of bytes whose length is written first, in `width` bytes.
    private mutating func run(_ width: Int) throws(PickleError) -> Range<Int> {
        try cursor.range(count: try cursor.littleEndian(width), limit: limits.stringBytes)
    }

    private mutating func push(_ node: PickleGraph.Node) throws(PickleError) {
        try push(index: try graph.add(node, at: offset))
    }

    private mutating func push(index: Int) throws(PickleError) {
        guard stack.count < limits.stack else {
            throw .tooMuch("values on the stack", limit: limits.stack, offset: offset)
        }
        stack.append(index)
    }

    /// What lies below the last mark is out of reach, as in Python.
    private mutating func pop(_ count: Int) throws(PickleError) -> [Int] {
        guard stack.count - count >= marks.last ?? 0 else { throw .malformed("the stack is empty", offset: offset) }
        return take(from: stack.count - count)
    }

    private mutating func popToMark() throws(PickleError) -> [Int] {
        guard let mark = marks.popLast() else { throw .malformed("there is no MARK", offset: offset) }
        return take(from: mark)
    }

    /// An array of its own: a slice would share the stack's memory, and the stack would be copied whole to be shortened,
    /// a few megabytes for each two-byte APPEND.
    private mutating func take(from start: Int) -> [Int] {
        let values = Array(stack[start...])
        stack.removeSubrange(start...)
        return values
    }

    private func top() throws(PickleError) -> Int {
        guard stack.count > marks.last ?? 0, let top = stack.last else {
            throw .malformed("the stack is empty", offset: offset)
        }
        return top
    }

    private mutating func append(_ items: [Int]) throws(PickleError) {
        try graph.append(items, to: try top(), at: offset)
    }

    private mutating func set(_ pairs: [Int]) throws(PickleError) {
        try graph.set(pairs, in: try top(), at: offset)
    }

    /// Indices are given in order by every pickler; a sparse one would make us allocate what it names.
    private mutating func remember(at index: UInt64) throws(PickleError) {
        guard index < UInt64(limits.memo) else { throw .tooMuch("memo entries", limit: limits.memo, offset: offset) }
        let value = try top()
        if index < UInt64(memo.count) {
            memo[Int(index)] = value
        } else if index == UInt64(memo.count) {
            memo.append(value)
        } else {
            throw .malformed("memo index \(index) after \(memo.count) entries", offset: offset)
        }
    }

    private mutating func recall(_ index: UInt64) throws(PickleError) {
        guard index < UInt64(memo.count) else { throw .malformed("memo index \(index) is not set", offset: offset) }
        try push(index: memo[Int(index)])
    }
}
