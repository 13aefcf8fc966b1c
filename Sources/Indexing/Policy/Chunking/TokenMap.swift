/// How many tokens any part of one document holds.
///
/// A token belongs to the part in which it starts. For cuts at white space this is what the model's tokenizer would
/// count for the part alone; for others it may be off by one or two, which the server's own check guards.
public enum TokenMap: Sendable {
    /// From the tokenizer itself: models with a small window, where every token counts.
    case exact(ExactTokens)
    /// From the kinds of characters: models whose window is many times the budget.
    case estimated(EstimatedTokens)

    var isEstimate: Bool {
        if case .estimated = self { true } else { false }
    }

    /// Tokens that start in the range; partial ones of an estimate count as whole.
    func count(_ range: Range<Int>) -> Int {
        switch self {
        case .exact(let tokens): tokens.count(range)
        case .estimated(let tokens): tokens.count(range)
        }
    }

    /// The largest offset with `count(start..<offset) <= limit`; may lie inside a scalar.
    func end(from start: Int, limit: Int) -> Int {
        switch self {
        case .exact(let tokens): tokens.end(from: start, limit: limit)
        case .estimated(let tokens): tokens.end(from: start, limit: limit)
        }
    }

    /// The smallest offset with `count(offset..<end) <= limit`; may lie inside a scalar.
    func start(before end: Int, limit: Int) -> Int {
        switch self {
        case .exact(let tokens): tokens.start(before: end, limit: limit)
        case .estimated(let tokens): tokens.start(before: end, limit: limit)
        }
    }
}
