/// A failed job, as far as it is told which failures belong together.
struct FailedJob: Equatable {
    var reason: String
    var worker: String
}

/// Failed jobs by what failed them and who ran them.
struct FailureGroup: Equatable {
    enum Kind: Equatable {
        /// The worker's Python lacks what the job names.
        case pythonImport
        /// AttributeError: the module is there, the function is not, or has become another.
        case pythonAttribute
        /// RQ's worker in a thread: "signal only works in main thread of the main interpreter".
        case pythonSignal
        case other
    }

    var kind: Kind
    /// An example's words.
    var reason: String
    var count: Int
    /// With their counts, most first.
    var workers: [(name: String, count: Int)]

    static func == (left: FailureGroup, right: FailureGroup) -> Bool {
        left.kind == right.kind && left.reason == right.reason && left.count == right.count
            && left.workers.map(\.name) == right.workers.map(\.name)
            && left.workers.map(\.count) == right.workers.map(\.count)
    }

    /// Most jobs first.
    static func of(_ jobs: [FailedJob]) -> [FailureGroup] {
        var order: [String] = []
        var groups: [String: [FailedJob]] = [:]
        for job in jobs {
            let key = shape(job.reason)
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(job)
        }
        return order.enumerated().compactMap { place, key -> (Int, FailureGroup)? in
            guard let members = groups[key], let first = members.first else { return nil }
            return (
                place,
                FailureGroup(
                    kind: kind(of: first.reason), reason: first.reason, count: members.count, workers: tally(members))
            )
        }.sorted { ($1.1.count, $0.0) < ($0.1.count, $1.0) }.map(\.1)
    }

    static func kind(of reason: String) -> Kind {
        if reason.contains("signal only works in main thread") { return .pythonSignal }
        // The last is what RQ itself says of a function that it cannot import.
        let imports = ["ModuleNotFoundError", "ImportError", "No module named", "Invalid attribute name"]
        if imports.contains(where: reason.contains) { return .pythonImport }
        if reason.contains("AttributeError") || reason.contains("has no attribute") { return .pythonAttribute }
        return .other
    }

    /// "worker-a (12), worker-b (3)"
    var workersText: String {
        let shown = workers.prefix(3).map { "\($0.name.isEmpty ? "an unknown worker" : $0.name) (\($0.count))" }
        return shown.joined(separator: ", ") + (workers.count > 3 ? " and \(workers.count - 3) more" : "")
    }

    private static func tally(_ jobs: [FailedJob]) -> [(name: String, count: Int)] {
        var counts: [String: Int] = [:]
        for job in jobs { counts[job.worker, default: 0] += 1 }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }

    /// What is left of a reason when its numbers, addresses and quoted names are gone: jobs differ in those only.
    private static func shape(_ reason: String) -> String {
        let words = reason.split(separator: " ").map { word in
            word.contains("://") || word.contains("%") ? "URL" : String(word.filter { !$0.isNumber })
        }
        return words.joined(separator: " ").prefix(160).description
    }
}
