/// A status as a person likes to read it: first what is wrong, then who does what.
struct StatusTable {
    /// Whether escape codes may be used: only when a terminal reads.
    var coloured: Bool
    /// Columns of the terminal; a line is cut there rather than wrapped.
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
    }

    /// One service with its reason and remedy.
    struct Service {
        var name: String
        var state: String
        var reason: String
        var remedy: String?
    }

    func render(headline: String, health: String, facts: String, rows: [Row], services: [Service], queue: String)
        -> String
    {
        var lines = [paint(cut(headline), as: health), dim(cut(facts)), ""]
        lines += slotLines(rows)
        lines.append("")
        lines += serviceLines(services)
        lines += ["", cut(queue)]
        return lines.joined(separator: "\n")
    }

    private func slotLines(_ rows: [Row]) -> [String] {
        let head = Row(
            slot: "SLOT", pid: "PID", state: "STATE", uptime: "UPTIME", restarts: "RESTARTS", done: "DONE",
            failed: "FAILED",
            job: "CURRENT JOB")
        let table = [head] + rows
        let widths = [\Row.slot, \.pid, \.state, \.uptime, \.restarts, \.done, \.failed].map { column in
            table.map { $0[keyPath: column].count }.max() ?? 0
        }
        return table.enumerated().map { index, row in
            let left = [
                padded(row.slot, widths[0]), padded(row.pid, widths[1], right: true), padded(row.state, widths[2]),
                padded(row.uptime, widths[3], right: true), padded(row.restarts, widths[4], right: true),
                padded(row.done, widths[5], right: true), padded(row.failed, widths[6], right: true),
            ].joined(separator: "  ")
            let line = cut(left + "  " + row.job)
            if index == 0 { return dim(line) }
            return row.state == "ready" ? line : paint(line, as: Self.weight(of: row.state))
        }
    }

    private func serviceLines(_ services: [Service]) -> [String] {
        let name = max(7, services.map(\.name.count).max() ?? 0)
        let state = max(9, services.map(\.state.count).max() ?? 0)
        var lines = [dim(padded("SERVICE", name) + "  " + padded("STATE", state) + "  REASON")]
        for service in services {
            lines.append(
                paint(
                    cut(padded(service.name, name) + "  " + padded(service.state, state) + "  " + service.reason),
                    as: service.state))
            if let remedy = service.remedy {
                lines.append(cut(String(repeating: " ", count: name + state + 4) + "-> " + remedy))
            }
        }
        return lines
    }

    private static func weight(of state: String) -> String {
        switch state {
        case "backoff", "failed", "killing": "unhealthy"
        default: "degraded"
        }
    }

    private func padded(_ text: String, _ size: Int, right: Bool = false) -> String {
        let fill = String(repeating: " ", count: max(0, size - text.count))
        return right ? fill + text : text + fill
    }

    private func cut(_ line: String) -> String {
        let line = String(line.reversed().drop { $0 == " " }.reversed())
        return line.count <= width ? line : String(line.prefix(width - 1)) + "…"
    }

    private func paint(_ text: String, as state: String) -> String {
        guard coloured else { return text }
        switch state {
        case "healthy": return "\u{1B}[32m\(text)\u{1B}[0m"
        case "degraded", "unknown": return "\u{1B}[33m\(text)\u{1B}[0m"
        case "unhealthy": return "\u{1B}[31m\(text)\u{1B}[0m"
        default: return text
        }
    }

    private func dim(_ text: String) -> String { coloured ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
}
