/// Which of two jobs for one document is the later: by creation time, then by job id. `enqueued_at` would not do, for a
/// requeue rewrites it.
struct Generation: Equatable, Comparable, Sendable {
    let createdAt: String
    let jobID: String

    init(createdAt: String, jobID: String) {
        self.createdAt = createdAt
        self.jobID = jobID
    }

    /// As stored: the time, a blank, the job's id.
    init(stored: String) {
        let halves = stored.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        createdAt = String(halves.first ?? "")
        jobID = halves.count > 1 ? String(halves[1]) : ""
    }

    var text: String { createdAt.map { $0 == " " ? "T" : String($0) }.joined() + " " + jobID }

    static func < (left: Generation, right: Generation) -> Bool {
        (left.comparable, left.jobID) < (right.comparable, right.jobID)
    }

    /// ISO 8601 in UTC sorts as text once its zone is gone: with it, "…00Z" would come after "…00.5Z".
    private var comparable: String {
        var text = Substring(createdAt)
        if text.hasSuffix("Z") { text = text.dropLast() }
        if text.hasSuffix("+00:00") { text = text.dropLast(6) }
        return text.map { $0 == " " ? "T" : String($0) }.joined()
    }
}
