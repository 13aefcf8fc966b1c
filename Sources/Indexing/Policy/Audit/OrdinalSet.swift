/// Which of a document's chunks were seen: a bit for each.
struct OrdinalSet: Equatable, Sendable {
    /// No document is cut into more chunks; a larger number in a point is not one of ours.
    static let limit = 1 << 22

    private var words: [UInt64] = []

    /// - Returns: false when it cannot be an ordinal.
    mutating func insert(_ ordinal: Int) -> Bool {
        guard (0..<Self.limit).contains(ordinal) else { return false }
        let word = ordinal >> 6
        if word >= words.count { words.append(contentsOf: repeatElement(0, count: word - words.count + 1)) }
        words[word] |= 1 << UInt64(ordinal & 63)
        return true
    }

    func contains(_ ordinal: Int) -> Bool {
        ordinal >= 0 && ordinal >> 6 < words.count && words[ordinal >> 6] & 1 << UInt64(ordinal & 63) != 0
    }

    func missing(below count: Int) -> [Int] { (0..<max(0, min(count, Self.limit))).filter { !contains($0) } }

    func present(from start: Int) -> [Int] {
        let end = words.count << 6
        return start < end ? (max(0, start)..<end).filter(contains) : []
    }
}
