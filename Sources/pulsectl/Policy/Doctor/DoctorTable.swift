/// Findings as a person reads them: one line each, what to do below, and at the end where to begin.
struct DoctorTable: TextLayout {
    var coloured: Bool
    var width: Int
    /// Lines for one text: what somebody else wrote into a reason must not fill the screen.
    private static let most = 12

    func render(_ diagnosis: Diagnosis) -> [String] {
        let rows = diagnosis.findings
        let state = max(5, rows.map { $0.severity.word.count }.max() ?? 0)
        let check = max(5, rows.map { Columns.of($0.id.text) }.max() ?? 0)
        var lines = [dim(padded("STATE", state) + "  " + padded("CHECK", check) + "  WHAT")]
        for row in rows {
            let left = padded(row.severity.word, state) + "  " + padded(row.id.text, check) + "  "
            let margin = width - Columns.of(left) >= 30 ? Columns.of(left) : 4
            let named = row.endpoint.map { row.cause.contains($0) ? row.cause : "\(row.cause) (\($0))" }
            lines += flow(named ?? row.cause, after: left, margin: margin, lines: Self.most).map {
                paint($0, as: Self.health(row.severity))
            }
            if let remedy = row.remedy {
                lines += flow(
                    remedy, after: String(repeating: " ", count: margin) + "->", margin: margin + 3, lines: Self.most)
            }
        }
        return lines + ["", cut(summary(diagnosis))] + first(diagnosis)
    }

    private func summary(_ diagnosis: Diagnosis) -> String {
        let counts = [Finding.Severity.broken, .warning, .fine].map { "\(diagnosis.count($0)) \($0.word)" }
        return counts.joined(separator: ", ")
    }

    /// Whole, whatever the width: it is what one came for.
    private func first(_ diagnosis: Diagnosis) -> [String] {
        guard let first = diagnosis.first else { return wrapped("Nothing needs to be done.") }
        let todo = first.remedy.map { " -> \($0)" } ?? ""
        return wrapped("First: \(first.id.text): \(first.cause)\(todo)", lines: Self.most).map {
            paint($0, as: Self.health(first.severity))
        }
    }

    private static func health(_ severity: Finding.Severity) -> String {
        switch severity {
        case .fine: "fine"
        case .warning: "degraded"
        case .broken: "unhealthy"
        }
    }
}
