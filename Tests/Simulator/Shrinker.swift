/// Makes a failing history shorter: draws are left out or made simpler as long as the same invariant still breaks.
struct Shrinker {
    let bug: PlantedBug?
    let invariant: Invariant
    /// So many histories are tried at most.
    var budget = 4_000

    mutating func shrink(_ draws: [UInt64]) -> [UInt64] {
        var best = draws
        var isBetter = true
        while isBetter, budget > 0 {
            isBetter = false
            var size = max(1, best.count / 2)
            while size >= 1, budget > 0 {
                var at = 0
                while at < best.count, budget > 0 {
                    let end = min(best.count, at + size)
                    if let shorter = attempt(Array(best[..<at] + best[end...])) {
                        best = shorter
                        isBetter = true
                    } else if best[at..<end].contains(where: { $0 != 0 }),
                        let simpler = attempt(best[..<at] + Array(repeating: 0, count: end - at) + best[end...])
                    {
                        best = simpler
                        isBetter = true
                        at = end
                    } else {
                        at = end
                    }
                }
                size /= 2
            }
        }
        return best
    }

    /// The draws that were really used, when they still break it.
    private mutating func attempt(_ draws: [UInt64]) -> [UInt64]? {
        budget -= 1
        var history = History(Choices(replaying: draws), bug: bug)
        do throws(Violation) {
            try history.run()
            return nil
        } catch {
            return error.invariant == invariant ? history.choices.drawn : nil
        }
    }
}
