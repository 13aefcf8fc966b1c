/// How many jobs of each queue stand where: a line for each queue.
struct QueueTable: TextLayout {
    var coloured: Bool
    var width: Int

    struct Row {
        var queue: String
        /// In the order of the table's head.
        var counts: [Int]
    }

    func render(_ rows: [Row], states: [String]) -> [String] {
        let heads = states.map { $0.uppercased() }
        let sizes = heads.indices.map { index in
            max(heads[index].count, rows.map { String($0.counts[index]).count }.max() ?? 0)
        }
        let numbers = sizes.reduce(0) { $0 + $1 + 2 }
        let widest = max(5, rows.map { Columns.of($0.queue) }.max() ?? 0)
        // A name that leaves no room for its numbers is cut, never they.
        let name = max(5, min(widest, width - numbers))
        func line(_ queue: String, _ texts: [String]) -> String {
            let shown = Columns.of(queue) <= name ? queue : Columns.prefix(queue, name - 1) + "…"
            return cut(
                ([padded(shown, name)] + zip(texts, sizes).map { padded($0, $1, right: true) }).joined(separator: "  "))
        }
        return [dim(line("QUEUE", heads))] + rows.map { line($0.queue, $0.counts.map(String.init)) }
    }
}
