import Indexing
import JobQueue
import ProcessLog
import Reporting
import Synchronization

/// The jobs this worker has claimed and not yet finished or handed back, in the order they were claimed.
final class Claims: Sendable {
    private struct Entry {
        var job: ClaimedJob
        var shown: WorkerReport.Job
        var cancel: (@Sendable () -> Void)?
    }

    private let entries = Mutex<[Entry]>([])

    var count: Int { entries.withLock { $0.count } }
    var held: [ClaimedJob] { entries.withLock { $0.map(\.job) } }
    var shown: [WorkerReport.Job] { entries.withLock { $0.map(\.shown) } }

    func begin(_ job: ClaimedJob) {
        let entry = Entry(job: job, shown: WorkerReport.Job(id: job.id, url: job.firstURL, since: WallClock.now()))
        entries.withLock { $0.append(entry) }
    }

    /// How to stop the job's work, once it has begun.
    func onCancel(_ id: String, _ cancel: @escaping @Sendable () -> Void) {
        entries.withLock { entries in
            if let index = entries.firstIndex(where: { $0.job.id == id }) { entries[index].cancel = cancel }
        }
    }

    func end(_ id: String) { entries.withLock { $0.removeAll { $0.job.id == id } } }

    /// Stops one job's work, or everybody's.
    func cancel(_ id: String? = nil) {
        let stops = entries.withLock { $0.filter { id == nil || $0.job.id == id }.compactMap(\.cancel) }
        for stop in stops { stop() }
    }
}

extension ClaimedJob {
    /// The document's URL, or the first one's of a batch, as anybody may see it.
    var firstURL: String? {
        guard case .success(.documents(let documents, _)) = payload else { return nil }
        // A report that is too long for its datagram would show no job at all.
        return documents.first?.url.map { String(SanitizedURL($0).description.prefix(300)) }
    }
}
