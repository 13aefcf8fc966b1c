import JobQueue
import Reporting

/// A job as a line of JSON, with RQ's own names; what is not known is left out.
struct JobJSON: Encodable {
    var id: String
    var queue: String
    var status: String?
    var url: String?
    var description: String?
    var workerName: String?
    var createdAt: String?
    var enqueuedAt: String?
    var startedAt: String?
    var endedAt: String?
    /// When it is due.
    var scheduledFor: String?
    var reason: String?

    enum CodingKeys: String, CodingKey {
        case id, queue, status, url, description, reason
        case workerName = "worker_name"
        case createdAt = "created_at"
        case enqueuedAt = "enqueued_at"
        case startedAt = "started_at"
        case endedAt = "ended_at"
        case scheduledFor = "scheduled_for"
    }

    init(_ job: JobSummary) {
        func known(_ text: String) -> String? { text.isEmpty ? nil : text }
        (id, queue, status, url, reason) = (job.id, job.queue, job.status, job.url, job.reason)
        (description, workerName) = (known(job.description), known(job.worker))
        (createdAt, enqueuedAt) = (known(job.createdAt), known(job.enqueuedAt))
        (startedAt, endedAt) = (known(job.startedAt), known(job.endedAt))
        scheduledFor = job.status == "scheduled" ? job.score.flatMap(Self.text) : nil
    }

    static func text(_ seconds: Double) -> String? {
        guard seconds.isFinite, abs(seconds) < 1e11 else { return nil }
        let whole = seconds.rounded(.down)
        return Timestamp.text(seconds: Int(whole), microseconds: Int((seconds - whole) * 1e6))
    }
}

/// A queue as a line of JSON.
struct QueueJSON: Encodable {
    var queue: String
    var jobs: [String: Int]
    var paused: Bool

    init(queue: String, counts: [JobState: Int], suspension: Suspension) {
        self.queue = queue
        jobs = Dictionary(uniqueKeysWithValues: counts.map { ($0.rawValue, $1) })
        paused = suspension.isSuspended
    }
}
