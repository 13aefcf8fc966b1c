/// Where each token of a document starts: counting is a difference of two binary searches.
public struct ExactTokens: Sendable {
    /// Never decreasing; several tokens may start at one character.
    private let starts: [UInt32]
    private let length: Int

    init(starts: [UInt32], length: Int) {
        self.starts = starts
        self.length = length
    }

    func count(_ range: Range<Int>) -> Int {
        rank(range.upperBound) - rank(range.lowerBound)
    }

    func end(from start: Int, limit: Int) -> Int {
        let index = rank(start) + max(0, limit)
        return index < starts.count ? max(start, Int(starts[index])) : max(start, length)
    }

    func start(before end: Int, limit: Int) -> Int {
        let index = rank(end) - max(0, limit)
        guard index > 0 else { return 0 }
        // Just behind the start of the last token that is too many.
        return min(end, Int(starts[index - 1]) + 1)
    }

    /// Tokens that start before `offset`.
    private func rank(_ offset: Int) -> Int {
        let starts = starts.span
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if Int(starts[middle]) < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
