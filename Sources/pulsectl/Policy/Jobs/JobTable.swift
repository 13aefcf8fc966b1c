/// Jobs as a table: one line each where that fits, else what is too long on lines below.
struct JobTable: TextLayout {
    var coloured: Bool
    var width: Int

    /// One job, already in words; a column that is empty in every row is left out.
    struct Row {
        var id = ""
        var when = ""
        var took = ""
        var queue = ""
        var worker = ""
        /// Its URL, or the call.
        var job = ""
        /// Why it failed.
        var reason = ""
    }

    /// Columns that a job's URL is given before the worker's name goes to a line of its own.
    private static let leastJob = 24

    func render(_ rows: [Row], when: String) -> [String] {
        let head = Row(
            id: "ID", when: when, took: "TOOK", queue: "QUEUE", worker: "WORKER", job: "JOB", reason: "REASON")
        func size(_ column: KeyPath<Row, String>) -> Int {
            let widest = rows.map { Columns.of($0[keyPath: column]) }.max() ?? 0
            return widest == 0 ? 0 : max(widest, Columns.of(head[keyPath: column]))
        }
        let start = [\Row.id, \.when, \.took, \.queue].filter { size($0) > 0 }
        let sizes = start.map(size)
        func beginning(_ row: Row) -> String {
            zip(start, sizes).map { column, size in
                padded(row[keyPath: column], size, right: column == \.when || column == \.took)
            }.joined(separator: "  ")
        }
        let around = sizes.reduce(0) { $0 + $1 + 2 }
        let (worker, job, reason) = (size(\.worker), size(\.job), size(\.reason))
        let inOne = around + (worker > 0 ? worker + 2 : 0) + job + (reason > 0 ? reason + 2 : 0) <= width
        let showsWorker = worker > 0 && (inOne || around + worker + 2 + min(job, Self.leastJob) <= width)
        func line(_ row: Row) -> String {
            var parts = [beginning(row)]
            if showsWorker { parts.append(padded(row.worker, worker)) }
            parts.append(inOne && reason > 0 ? padded(row.job, job) : row.job)
            if inOne, reason > 0 { parts.append(row.reason) }
            return cut(parts.joined(separator: "  "))
        }
        return [dim(line(head))] + rows.flatMap { [line($0)] + (inOne ? [] : below($0, names: !showsWorker)) }
    }

    /// What found no place in the job's own line.
    private func below(_ row: Row, names: Bool) -> [String] {
        let worker = names && !row.worker.isEmpty ? "by \(row.worker)" : ""
        guard !row.reason.isEmpty else { return worker.isEmpty ? [] : [cut("  " + worker)] }
        let text = worker.isEmpty ? row.reason : "\(row.reason) (\(worker))"
        return wrapped("  -> " + text).map { paint($0, as: "unhealthy") }
    }
}
