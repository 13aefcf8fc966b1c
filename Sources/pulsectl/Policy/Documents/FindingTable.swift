/// What a check of the collection has found: a line for each finding.
struct FindingTable: TextLayout {
    var coloured: Bool
    var width: Int

    struct Row: Equatable {
        var kind: String
        var points: String
        var url: String
        var detail: String
    }

    /// - Parameter most: how many rows are shown.
    func render(_ rows: [Row], most: Int) -> [String] {
        let head = Row(kind: "FINDING", points: "POINTS", url: "DOCUMENT", detail: "WHAT")
        let shown = rows.prefix(most)
        let all = [head] + shown
        let kind = all.map { Columns.of($0.kind) }.max() ?? 0
        let points = all.map { Columns.of($0.points) }.max() ?? 0
        func line(_ row: Row) -> String {
            [padded(row.kind, kind), padded(row.points, points, right: true), row.url].joined(separator: "  ")
        }
        var lines = [dim(cut(line(head) + ": " + head.detail))]
        // A URL is needed whole, to be copied: what is said of it goes on a line of its own.
        for row in shown { lines += [line(row), cut(String(repeating: " ", count: kind + points + 4) + row.detail)] }
        if rows.count > most { lines.append("... and \(rows.count - most) more; --json lists all") }
        return lines
    }
}
