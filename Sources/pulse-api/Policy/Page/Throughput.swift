/// Jobs by the minute over the last hour, summed up from what workers say they have done since they began.
///
/// Counters only grow while a worker lives, and vanish with it: what matters is by how much each grew since it was last
/// looked at. A worker that is new since the last look has done all of its jobs since then; those that are there at the
/// first look have done theirs at moments nobody here knows.
struct Throughput: Equatable, Sendable {
    /// One worker's counters.
    struct Counters: Equatable, Sendable {
        var finished: Int
        var failed: Int
    }

    struct Minute: Equatable, Sendable {
        /// Unix time in seconds at which it began.
        var at: Int
        /// Jobs that this process put into the queue.
        var accepted = 0
        var finished = 0
        var failed = 0
    }

    /// How many are kept.
    static let span = 60

    /// Oldest first, without gaps, the last of them still running.
    private(set) var minutes: [Minute] = []
    private var known: [String: Counters]?
    private var accepted = 0

    /// Whether there was a first look at the workers' counters: from then on what they do counts.
    var knowsWorkers: Bool { known != nil }

    /// Notes what there is to see now.
    ///
    /// - Parameters:
    ///   - workers: by name; nil = Redis could not be asked. What was done meanwhile counts once it answers again.
    ///   - accepted: jobs that this process has enqueued since it began.
    mutating func note(_ workers: [String: Counters]?, accepted total: Int, at seconds: Int) {
        open(seconds)
        guard !minutes.isEmpty else { return }
        let last = minutes.count - 1
        minutes[last].accepted += max(0, total - accepted)
        accepted = max(accepted, total)
        guard let workers else { return }
        if let known {
            for (name, now) in workers {
                let before = known[name] ?? Counters(finished: 0, failed: 0)
                minutes[last].finished += max(0, now.finished - before.finished)
                minutes[last].failed += max(0, now.failed - before.failed)
            }
        }
        known = workers
    }

    /// Makes the minute of that moment the last one. A clock that was set back stays in the minute it had reached; one
    /// that leapt begins anew.
    private mutating func open(_ seconds: Int) {
        let begin = seconds - seconds % 60
        guard let last = minutes.last, begin - last.at < Self.span * 60 else {
            if minutes.last.map({ begin > $0.at }) ?? true { minutes = [Minute(at: begin)] }
            return
        }
        for at in stride(from: last.at + 60, through: begin, by: 60) { minutes.append(Minute(at: at)) }
        minutes.removeFirst(max(0, minutes.count - Self.span))
    }
}
