/// A status as a person likes to read it: first what is wrong, then who does what.
struct StatusTable: TextLayout {
    var coloured: Bool
    var width: Int

    /// One row of the table of slots, already in words.
    struct Row {
        var slot: String
        var pid: String
        var state: String
        var uptime: String
        var restarts: String
        var done: String
        var failed: String
        var job: String
        /// Why nothing runs here.
        var trouble = ""
    }

    /// One service with its reason and remedy.
    struct Service {
        var name: String
        var state: String
        var reason: String
        var remedy: String?
    }

    /// Everything that is shown.
    struct Page {
        var headline: String
        var health: String
        var facts: String
        /// What is under way, and what one should know.
        var remarks: [String]
        var rows: [Row]
        var services: [Service]
        var queue: String
    }

    /// - Parameter height: lines that fit; the slots that need no attention are left out first. nil = everything.
    func render(_ page: Page, height: Int? = nil) -> String {
        var head = wrapped(page.headline).map { paint($0, as: page.health) }
        head.append(dim(cut(page.facts)))
        head += page.remarks.flatMap(wrapped)
        let services = page.services.isEmpty ? [] : [""] + serviceLines(page.services)
        let tail = services + (page.queue.isEmpty ? [] : ["", cut(page.queue)])
        // The empty line and the table's head.
        let around = head.count + tail.count + 2
        let lines = head + [""] + slotLines(page.rows, room: height.map { max(1, $0 - around) }) + tail
        return lines.prefix(height ?? .max).joined(separator: "\n")
    }

    private func slotLines(_ rows: [Row], room: Int?) -> [String] {
        let head = Row(
            slot: "SLOT", pid: "PID", state: "STATE", uptime: "UPTIME", restarts: "RESTARTS", done: "DONE",
            failed: "FAILED", job: "CURRENT JOB")
        let widths = [\Row.slot, \.pid, \.state, \.uptime, \.restarts, \.done, \.failed].map { column in
            ([head] + rows).map { Columns.of($0[keyPath: column]) }.max() ?? 0
        }
        func left(_ row: Row) -> String {
            [
                padded(row.slot, widths[0]), padded(row.pid, widths[1], right: true), padded(row.state, widths[2]),
                padded(row.uptime, widths[3], right: true), padded(row.restarts, widths[4], right: true),
                padded(row.done, widths[5], right: true), padded(row.failed, widths[6], right: true),
            ].joined(separator: "  ")
        }
        let blocks = rows.map { row in
            texts(left(row), row).map { row.state == "ready" ? $0 : paint($0, as: Self.weight(of: row.state)) }
        }
        let shown = choose(rows, costs: blocks.map(\.count), room: room)
        let hidden = rows.count - shown.count
        return [dim(cut(left(head) + "  " + head.job))] + shown.flatMap { blocks[$0] }
            + (hidden > 0 ? [dim(cut("... and \(hidden) more"))] : [])
    }

    /// A row; what is wrong with it goes on a line of its own where it would be cut.
    private func texts(_ left: String, _ row: Row) -> [String] {
        guard !row.trouble.isEmpty else { return [cut(left + "  " + row.job)] }
        let whole = left + "  " + row.trouble
        return Columns.of(whole) <= width ? [whole] : [cut(left)] + wrapped("  -> " + row.trouble)
    }

    /// What needs attention first, then who works, then the rest; shown in their own order.
    /// - Parameters:
    ///   - costs: lines that each row takes.
    ///   - room: lines that there are; nil = enough.
    /// - Returns: indices of the rows.
    private func choose(_ rows: [Row], costs: [Int], room: Int?) -> [Int] {
        guard let room, costs.reduce(0, +) > room else { return Array(rows.indices) }
        func rank(_ row: Row) -> Int {
            guard row.state == "ready" else { return Self.weight(of: row.state) == "unhealthy" ? 0 : 1 }
            return row.job.isEmpty ? 3 : 2
        }
        let order = rows.indices.sorted { (rank(rows[$0]), $0) < (rank(rows[$1]), $1) }
        // A line is for how many are left out; the first is shown whatever it takes.
        var left = room - 1
        return order.enumerated().prefix { place, row in
            left -= costs[row]
            return left >= 0 || place == 0
        }.map(\.element).sorted()
    }

    private func serviceLines(_ services: [Service]) -> [String] {
        let name = max(7, services.map { Columns.of($0.name) }.max() ?? 0)
        let state = max(9, services.map(\.state.count).max() ?? 0)
        var lines = [dim(padded("SERVICE", name) + "  " + padded("STATE", state) + "  REASON")]
        for service in services {
            let left = padded(service.name, name) + "  " + padded(service.state, state) + "  "
            let margin = width - Columns.of(left) >= 24 ? Columns.of(left) : 4
            lines += flow(service.reason, after: left, margin: margin).map { paint($0, as: service.state) }
            if let remedy = service.remedy {
                lines += flow(remedy, after: String(repeating: " ", count: margin) + "->", margin: margin + 3)
            }
        }
        return lines
    }

    private static func weight(of state: String) -> String {
        // A backoff carries the time that is left.
        let isDown = ["backoff", "failed", "killing", "unkillable"].contains { state.hasPrefix($0) }
        return isDown ? "unhealthy" : "degraded"
    }
}
