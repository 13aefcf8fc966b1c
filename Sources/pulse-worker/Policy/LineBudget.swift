/// Which of many lines of one kind are logged: each, as long as a person could read along, else some a second with the
/// number of those left out. A worker that finds thousands of documents unchanged must not write thousands of lines.
struct LineBudget: Equatable, Sendable {
    static let perSecond = 20

    private var second = Int.min
    private var spent = 0
    private var leftOut = 0

    /// - Parameter second: of any clock that only goes on.
    /// - Returns: how many were left out since the last line that was logged; nil = leave this one out too.
    mutating func ask(at second: Int) -> Int? {
        if second != self.second { (self.second, spent) = (second, 0) }
        guard spent < Self.perSecond else {
            leftOut += 1
            return nil
        }
        spent += 1
        defer { leftOut = 0 }
        return leftOut
    }
}
