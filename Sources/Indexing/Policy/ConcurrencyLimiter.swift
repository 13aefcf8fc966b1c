/// How many inputs may be at the embedding server at once: additive increase, multiplicative decrease (Chiu and Jain,
/// 1989). The unit is the input, not the request, because that is what the server counts.
///
/// Several workers share one server fairly because each of them runs this rule.
struct ConcurrencyLimiter: Equatable {
    private(set) var limit: Double
    private(set) var inFlight = 0
    let ceiling: Int
    /// The increase for a full round of answers, in inputs.
    let step: Int

    init(start: Int, ceiling: Int, step: Int) {
        self.ceiling = max(1, ceiling)
        self.step = max(1, step)
        limit = Double(max(1, min(start, ceiling)))
    }

    /// How many of `wanted` inputs may go now. Less than a batch is granted when the limit is smaller than a batch, so
    /// that many workers on one small server still move; otherwise a request waits for its whole batch.
    mutating func grant(_ wanted: Int) -> Int {
        let allowed = Int(limit)
        let granted = min(wanted, allowed)
        guard granted > 0, inFlight + granted <= allowed || inFlight == 0 else { return 0 }
        inFlight += granted
        return granted
    }

    mutating func succeeded(_ inputs: Int) {
        let wasFull = inFlight + step > Int(limit)
        inFlight -= inputs
        if wasFull { limit = min(Double(ceiling), limit + Double(step) * Double(inputs) / limit) }
    }

    mutating func overloaded(_ inputs: Int) {
        inFlight -= inputs
        limit = max(1, limit / 2)
    }

    /// The request failed for a reason that says nothing about load.
    mutating func abandoned(_ inputs: Int) { inFlight -= inputs }
}
