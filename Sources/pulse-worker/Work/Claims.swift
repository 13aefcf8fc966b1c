import Indexing
import JobQueue
import ProcessLog
import Reporting
import Synchronization

/// The jobs this worker has claimed and not yet finished or handed back, in the order they were claimed. They are told apart
/// by their executions: a job that was requeued may come again before its former run has ended here.
final class Claims: Sendable {
    /// An object, since looking through values as large as a job's would copy each: a share of the whole worker's time.
    private final class Entry {
        var job: ClaimedJob
        var shown: WorkerReport.Job
        let fate = JobFate()
        var runs = false
        /// When its time is over; nil = never, or not begun.
        var deadline: ContinuousClock.Instant?

        init(_ job: ClaimedJob, _ shown: WorkerReport.Job) { (self.job, self.shown) = (job, shown) }
    }

    private let entries = Mutex<[Entry]>([])

    var count: Int { entries.withLock { $0.count } }
    var held: [ClaimedJob] { entries.withLock { $0.map(\.job) } }
    var holdsSuspect: Bool { entries.withLock { $0.contains { $0.job.isSuspect } } }
    var shown: [WorkerReport.Job] { entries.withLock { $0.map(\.shown) } }

    func begin(_ job: ClaimedJob) {
        let shown = WorkerReport.Job(id: job.id, url: job.firstURL, since: WallClock.now())
        entries.withLock { $0.append(Entry(job, shown)) }
    }

    /// More of it is known now.
    func update(_ job: ClaimedJob) {
        let url = job.firstURL
        entries.withLock { entries in
            guard let entry = Self.entry(of: job, in: entries) else { return }
            entry.job = job
            entry.shown.url = url
        }
    }

    /// Bytes of their data, compressed.
    var size: Int { entries.withLock { $0.reduce(0) { $0 + $1.job.size } } }

    /// Bytes of the large ones that run, inflated.
    var largeBytes: Int {
        entries.withLock { $0.reduce(0) { $0 + ($1.runs && $1.job.isLarge ? $1.job.inflatedSize : 0) } }
    }

    func end(_ job: ClaimedJob) { entries.withLock { $0.removeAll { $0.job.execution == job.execution } } }

    /// Its work begins, and its time runs.
    func run(_ job: ClaimedJob) {
        let deadline = job.timeoutSeconds.map { ContinuousClock.now + .seconds($0) }
        entries.withLock { entries in
            guard let entry = Self.entry(of: job, in: entries) else { return }
            (entry.runs, entry.deadline) = (true, deadline)
        }
    }

    /// Those whose time is over. Looked at by the work loop rather than timed for each: a timer that is cancelled stays in
    /// memory until its time, and there may be thousands a second.
    var overdue: [(limit: Int, fate: JobFate)] {
        let now = ContinuousClock.now
        return entries.withLock { entries in
            entries.compactMap { entry in
                guard let deadline = entry.deadline, deadline <= now, let limit = entry.job.timeoutSeconds else {
                    return nil
                }
                return (limit, entry.fate)
            }
        }
    }

    /// One that is not among them has none, and decides nothing.
    func fate(of job: ClaimedJob) -> JobFate {
        entries.withLock { Self.entry(of: job, in: $0)?.fate } ?? JobFate()
    }

    private static func entry(of job: ClaimedJob, in entries: [Entry]) -> Entry? {
        entries.first { $0.job.execution == job.execution }
    }

    /// Decides what becomes of the jobs that are meant, whatever their work would come to. Returns how many there are.
    ///
    /// - Parameter running: only those at work, not those that wait for their turn.
    @discardableResult
    func decide(
        _ verdict: JobRunner.Verdict, running: Bool = false,
        where isMeant: @Sendable (ClaimedJob) -> Bool = { _ in true }
    ) -> Int {
        let fates = entries.withLock { $0.filter { ($0.runs || !running) && isMeant($0.job) }.map(\.fate) }
        for fate in fates { fate.decide(verdict) }
        return fates.count
    }
}

extension ClaimedJob {
    /// The document's URL, or the first one's of a batch, as anybody may see it.
    var firstURL: String? {
        // A report that is too long for its datagram would show no job at all.
        documents.first?.url.map { String(SanitizedURL(Indexer.shown($0)).description.prefix(300)) }
    }

    private var documents: [DocumentFields] {
        guard case .success(.documents(let documents, _)) = payload else { return [] }
        return documents
    }

    /// What it must have to itself while it runs.
    var documentIdentities: [String] {
        var known: Set<[UInt8]> = []
        // A longer one is refused when its turn comes.
        return documents.compactMap(\.url).filter { $0.utf8.count <= Indexer.longestURL }.map(Indexer.identity).filter {
            known.insert(Array($0.utf8)).inserted
        }
    }
}
