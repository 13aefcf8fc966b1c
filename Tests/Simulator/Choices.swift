/// Randomness that remembers what it drew, so that a history can be made shorter by changing its draws: the idea of
/// Hypothesis (MacIver, Donaldson: "Test-Case Reduction via Test-Case Generation", 2020). Zero is always the simplest choice.
struct Choices {
    private var state: UInt64
    /// Given in advance; once they are used up all draws are zero.
    private let given: [UInt64]?
    private(set) var drawn: [UInt64] = []

    init(seed: UInt64) {
        state = seed
        given = nil
    }

    init(replaying draws: [UInt64]) {
        state = 0
        given = draws
    }

    /// Evenly below `bound`, which is at least 1.
    mutating func below(_ bound: UInt64) -> UInt64 {
        let raw: UInt64
        if let given {
            raw = drawn.count < given.count ? given[drawn.count] : 0
        } else {
            // SplitMix64.
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            raw = mixed ^ (mixed >> 31)
        }
        let value = raw % bound
        drawn.append(value)
        return value
    }

    mutating func chance(_ one: UInt64, in all: UInt64) -> Bool { below(all) >= all - one }

    mutating func pick<Element>(_ from: [Element]) -> Element { from[Int(below(UInt64(from.count)))] }

    /// Nanoseconds between two numbers of milliseconds.
    mutating func span(_ least: UInt64, _ most: UInt64) -> UInt64 { (least + below(most - least + 1)) * 1_000_000 }
}
