/// Texts of several calls that wait to be embedded. A call is one document's wave.
///
/// Calls take turns, a text each, so that a large document delays a small one by little (round-robin; a call finishes
/// after as many texts as its own times the number of calls). A request gathers texts of near-equal length, because a
/// padded model computes every text at the length of the longest: the call whose turn it is gives its longest text, the
/// others give what is nearest to that, and whatever is more than twice as long or short waits for a turn of its own. So
/// every request takes at least one text of the call that is first, and nobody starves.
struct EmbedQueue {
    struct Item: Equatable {
        let call: Int
        /// Its place among the call's texts.
        let index: Int
        /// Its size as JSON.
        let bytes: Int
        /// Requests that it was part of and that failed.
        var attempts = 0
    }

    private struct Line {
        let call: Int
        /// By bytes, the smallest first.
        var items: [Item]
    }

    /// In the order of their turns.
    private var lines: [Line] = []
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// Those that have texts waiting.
    var calls: [Int] { lines.map(\.call) }

    /// Adds a call's texts; texts that come back after a failed request join those that still wait.
    mutating func add(_ items: [Item]) {
        guard let call = items.first?.call else { return }
        count += items.count
        let sorted = items.sorted { ($0.bytes, $0.index) < ($1.bytes, $1.index) }
        guard let place = lines.firstIndex(where: { $0.call == call }) else {
            return lines.append(Line(call: call, items: sorted))
        }
        for item in sorted { lines[place].items.insert(item, at: Self.place(of: item.bytes, in: lines[place].items)) }
    }

    /// The call is given up: its texts leave.
    mutating func remove(call: Int) {
        guard let place = lines.firstIndex(where: { $0.call == call }) else { return }
        count -= lines[place].items.count
        lines.remove(at: place)
    }

    /// The next request: at least one text, unless none waits.
    ///
    /// - Parameters:
    ///   - inputs: how many texts it may have.
    ///   - bytes: how large they may be together; a text that is larger by itself goes alone.
    mutating func take(inputs: Int, bytes: Int) -> [Item] {
        guard let anchor = lines.first?.items.last?.bytes else { return [] }
        var taken: [Item] = []
        var total = 0
        /// Lines whose turn is yet to come, those that gave a text behind the others.
        var turns = Array(lines.indices)
        var next = 0
        /// Lines with nothing that fits; theirs are the next requests' first turns.
        var skipped: [Int] = []
        while taken.count < inputs, next < turns.count {
            let line = turns[next]
            next += 1
            guard let place = Self.nearest(to: anchor, in: lines[line].items),
                taken.isEmpty || total + lines[line].items[place].bytes <= bytes
            else {
                skipped.append(line)
                continue
            }
            let item = lines[line].items.remove(at: place)
            total += item.bytes
            taken.append(item)
            if !lines[line].items.isEmpty { turns.append(line) }
        }
        count -= taken.count
        lines = (skipped + turns[next...]).map { lines[$0] }
        return taken
    }

    /// The longest text that is not longer than the anchor, else the shortest that is; within a factor of two.
    private static func nearest(to anchor: Int, in items: [Item]) -> Int? {
        let above = place(of: anchor, in: items)
        if above > 0, items[above - 1].bytes * 2 >= anchor { return above - 1 }
        return above < items.count && items[above].bytes <= anchor * 2 ? above : nil
    }

    /// Behind all that are not larger.
    private static func place(of bytes: Int, in items: [Item]) -> Int {
        var (low, high) = (0, items.count)
        while low < high {
            let middle = (low + high) / 2
            if items[middle].bytes <= bytes { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
