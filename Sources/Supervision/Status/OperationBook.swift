internal import Reporting

/// The restarts, scalings and reloads that were asked for, and what became of them.
struct OperationBook {
    struct Entry {
        let id: Int
        let kind: String
        var state = OperationStatus.State.running
        var detail = ""
    }

    private var entries: [Entry] = []
    private var last = 0
    /// Whoever asked has long had their answer.
    private static let kept = 64

    /// - Returns: its number.
    mutating func begin(_ kind: String) -> Int {
        last += 1
        entries.append(Entry(id: last, kind: kind))
        // Those under way stay, however many ended after them.
        while entries.count > Self.kept, let index = entries.firstIndex(where: { $0.state != .running }) {
            entries.remove(at: index)
        }
        return last
    }

    mutating func end(_ id: Int, _ state: OperationStatus.State, _ detail: String) {
        guard let index = entries.firstIndex(where: { $0.id == id }) else { return }
        entries[index].state = state
        entries[index].detail = detail
    }

    func entry(_ id: Int) -> Entry? { entries.first { $0.id == id } }

    var running: [Entry] { entries.filter { $0.state == .running } }

    /// So many are under way that one more would only wait for the same.
    var isFull: Bool { running.count >= Self.kept }
}
