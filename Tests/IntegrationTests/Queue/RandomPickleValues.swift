import SeededRandom

@testable import JobQueue

/// Random values of every kind and size, the same for the same seed.
struct RandomPickleValues {
    private static let integers = [
        0, 1, -1, 127, -128, 128, 255, 256, 65_535, 65_536, 1 << 31 - 1, -(1 << 31), 1 << 31, .max, .min,
    ]
    private static let doubles = [
        0, -0.0, 1.5, 0.1, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity, .nan,
    ]
    private static let letters: [Unicode.Scalar] = Array(
        "az09 _\0\n\"'\\\u{7f}\u{e9}e\u{301}\u{2028}\u{4e2d}\u{ffff}\u{fffd}\u{1f600}\u{10ffff}".unicodeScalars)
    /// Of one string's bytes: where the short opcode ends, and where the frame does.
    private static let lengths = [255, 256, 257, 65_535, 65_536, 70_000]

    private(set) var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func next() -> PickleValue {
        switch Int.random(in: 0..<1000, using: &random) {
        case 0: .list((0..<Int.random(in: 999...2001, using: &random)).map { _ in scalar() })
        case 1:
            .dict(
                (0..<Int.random(in: 999...2001, using: &random)).map { PickleValue.Entry("key \($0)", scalar()) })
        case 2...4: .tuple([big(), big(), .list([big()])])
        default: value(depth: pick([1, 2, 3, 8]))
        }
    }

    private mutating func big() -> PickleValue {
        let length = pick(Self.lengths)
        if Bool.random(using: &random) { return .bytes([UInt8](repeating: 7, count: length)) }
        return .string(String(repeating: Character(pick(Self.letters)), count: length))
    }

    private mutating func value(depth: Int) -> PickleValue {
        let count = pick([0, 1, 1, 2, 3, 4])
        switch depth == 0 ? 0 : Int.random(in: 0..<4, using: &random) {
        case 1: return .list((0..<count).map { _ in value(depth: depth - 1) })
        case 2: return .tuple((0..<count).map { _ in value(depth: depth - 1) })
        case 3:
            // Numbered: a dict has each key once.
            return .dict((0..<count).map { PickleValue.Entry("\($0)\(text(upTo: 6))", value(depth: depth - 1)) })
        default: return scalar()
        }
    }

    private mutating func scalar() -> PickleValue {
        switch Int.random(in: 0..<9, using: &random) {
        case 0: pick([.none, .bool(true), .bool(false)])
        case 1: .int(pick(Self.integers))
        case 2: .double(pick(Self.doubles))
        case 3: .int(Int(truncatingIfNeeded: random.next()) >> Int.random(in: 0..<63, using: &random))
        case 4: .double(Double(bitPattern: random.next()))
        case 5: .bytes((0..<pick([0, 1, 5, 300])).map { UInt8(truncatingIfNeeded: $0 * 37) })
        default: .string(text(upTo: pick([3, 20, 120])))
        }
    }

    private mutating func text(upTo most: Int) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...most, using: &random) { text.append(pick(Self.letters)) }
        return String(text)
    }

    private mutating func pick<Element>(_ from: [Element]) -> Element {
        from[Int.random(in: 0..<from.count, using: &random)]
    }
}
