/// Joins what `/tokenize` answered about a plan's pieces into one token map, as the answers come: kept until the last has
/// come they would be several times the document.
public struct TokenizeAnswers: Sendable {
    private let plan: TokenizePlan
    private var starts: [UInt32] = []
    private var answered = 0

    public init(to plan: TokenizePlan) {
        self.plan = plan
    }

    /// - Parameter answers: for the plan's next request: one array of spans for each piece, relative to it.
    public mutating func append(_ answers: [[TokenSpan]]) throws(TokenizeMismatch) {
        guard answered + answers.count <= plan.pieces.count else { throw mismatch(answered + answers.count) }
        for spans in answers {
            try ExactTokens.append(spans, at: plan.pieces[answered], to: &starts)
            answered += 1
        }
    }

    /// Once all have come.
    public func tokenMap() throws(TokenizeMismatch) -> TokenMap {
        guard answered == plan.pieces.count else { throw mismatch(answered) }
        return .exact(ExactTokens(starts: starts, length: plan.pieces.last?.upperBound ?? 0))
    }

    private func mismatch(_ count: Int) -> TokenizeMismatch { .pieces(expected: plan.pieces.count, got: count) }
}
