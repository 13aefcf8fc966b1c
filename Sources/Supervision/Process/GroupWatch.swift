/// When process groups are looked at whose leaders are gone: their members' deaths need not be told to us, so /proc has to be
/// read, once for all of them and not for each.
struct GroupWatch {
    /// When to look next; nil = no group has lost its leader.
    private(set) var due: Nanoseconds?
    private var lookedAt: Nanoseconds = 0

    /// How soon after a look the next one may come, when another leader has left.
    private static let pause = Nanoseconds.milliseconds(10)
    /// How often those are looked at that take their time.
    private static let recheck = Nanoseconds.milliseconds(50)

    mutating func leaderLeft(now: Nanoseconds) {
        let soon = max(now, lookedAt.adding(Self.pause))
        due = min(due ?? soon, soon)
    }

    /// - Parameter leaders: all that are gone. Each was seen dead before this call: who is alone now stays alone.
    /// - Returns: those in whose groups somebody lives on (all of them while no look is due), and children of ours that are
    ///   dead.
    mutating func look(at leaders: Set<Int32>, now: Nanoseconds) -> (peopled: Set<Int32>, dead: [Int32]) {
        guard !leaders.isEmpty else {
            due = nil
            return ([], [])
        }
        guard let due, now >= due else { return (leaders, []) }
        let found = ProcFS.members(of: leaders)
        lookedAt = now
        self.due = found.peopled.isEmpty ? nil : now.adding(Self.recheck)
        return found
    }
}
