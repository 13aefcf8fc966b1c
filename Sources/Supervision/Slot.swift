internal import Glibc
internal import Logging
internal import ProcessLog
internal import Reporting

/// A place for one process of a program, and what is known of whichever lives in it. Decisions are the machine's.
final class Slot {
    let name: String
    let program: Program
    var log: Logger
    let lockPath: String
    private let socketPath: String

    /// Made before the first spawn; gone while the slot is scaled away.
    var receiver: NotifyReceiver?
    var process: ChildProcess?
    let output: SlotOutput
    /// The leader is gone but its group may still work on its farewell; the leader stays unreaped so that the group keeps
    /// its number.
    var leaderIsGone = false
    /// It has ended, and how is not to be had yet: a debugger holds it.
    var isEndWithheld = false
    var record: SlotRecord?
    /// Whether the present life has told its name; until then the record names the last one that had.
    private var isNamed = false
    /// How the last life ended is written down: a start that failed since then is no other end of it.
    private var isDeathNoted = false
    /// Unplanned ends that were answered by a fresh process.
    var restarts = 0
    /// What readers of the events heard of it last.
    var told: Told?
    /// Of the process just reaped, until its death is written down.
    var obituary = Obituary()
    /// What the last incarnation said last.
    var lastWords: String?
    /// The child's own words.
    var text: String?
    private(set) var report: WorkerReport?
    /// ``report``, written once for all who ask.
    private(set) var reportJSON: String?
    private(set) var reportedAt: Nanoseconds = 0
    var heardAt: Nanoseconds?
    /// When the last one died, until its successor is ready.
    var diedAt: Nanoseconds?
    /// Of all former lives; those of the present one are in its report.
    private(set) var formerJobs = JobCounts()
    /// Of all former lives of a front.
    private var formerAPI = APICounts()
    /// Unplanned ones, newest last.
    private(set) var deaths: [DeathRecord] = []

    private static let tally = 8

    struct Told: Equatable {
        var state: String
        var pid: Int32?
    }

    /// What is known of a process only between its end and its reaping.
    struct Obituary {
        var maxResidentBytes: Int?
        var outOfMemory = false
    }

    init(name: String, program: Program, folder: String, log: Logger) {
        self.name = name
        self.program = program
        self.log = log
        lockPath = "\(folder)/\(name).lock"
        socketPath = "\(folder)/\(name).notify"
        output = SlotOutput(source: name)
        record = SlotRecord.read(lockPath)
    }

    /// - Throws: errno.
    func openReceiver() throws(Errno) {
        if receiver == nil { receiver = try NotifyReceiver(path: socketPath) }
    }

    /// - Throws: errno; then the former one stays, whose name is gone.
    func reopenReceiver() throws(Errno) { receiver = try NotifyReceiver(path: socketPath) }

    /// Nobody lives here and nobody will for now: its files go.
    func close() {
        receiver = nil
        unsafe unlink(socketPath)
        if process == nil, SlotLock.isFree(lockPath) { unsafe unlink(lockPath) }
    }

    /// Signals for the leader alone, or for the whole group where the leader is only a shell.
    var signalsGroup: Bool { program.kind == .procfile(hasOperators: true) }

    /// Is this datagram from the process that lives here? From a Procfile's program its whole group may speak.
    func believes(_ sender: Int32) -> Bool {
        guard let pid = process?.pid, sender > 0 else { return false }
        return sender == pid || (!program.isOurs && getpgid(sender) == pid)
    }

    /// - Returns: whether it says anything new; nil when it cannot be understood.
    func take(_ json: String, now: Nanoseconds) -> Bool? {
        guard let decoded = WorkerReport.decode(json) else { return nil }
        let isNews = report != decoded
        if isNews {
            report = decoded
            reportJSON = decoded.json()
        }
        reportedAt = now
        let name = String(decoded.worker.filter { $0 != "|" }.prefix(200))
        guard var known = record, !isNamed || known.name != name else { return isNews }
        // From now on a next incarnation, even of a next supervisor, can name the one whose jobs it takes back.
        isNamed = true
        known.name = name
        known.death = ""
        record = known
        known.write(at: lockPath)
        return isNews
    }

    /// A new life begins: nothing that the former one said holds any more.
    func begin(_ process: consuming ChildProcess, life: Int) {
        forget()
        // It may die before it has taken over anything: its successor then still has to know its predecessor.
        var record = self.record ?? SlotRecord(pid: 0, startTime: 0)
        record.pid = process.pid
        record.startTime = process.startTime
        (isNamed, isDeathNoted) = (false, false)
        self.record = record
        record.write(at: lockPath)
        output.begin(life: life, pid: process.pid)
        self.process = consume process
    }

    /// - Parameter death: nil when it was planned: a tally tells of failures.
    func end(how: String, _ death: DeathRecord?) {
        forget()
        obituary = Obituary()
        if let death {
            deaths.append(death)
            if deaths.count > Self.tally { deaths.removeFirst() }
        }
        guard isNamed, !isDeathNoted, var known = record else { return }
        isDeathNoted = true
        known.death = how
        record = known
        known.write(at: lockPath)
    }

    /// The jobs of all lives together.
    var jobs: JobCounts { formerJobs.adding(report) }

    /// What a front has done in all of its lives.
    var api: APICounts { formerAPI.adding(report?.api ?? APICounts()) }

    private func forget() {
        formerJobs = jobs
        formerAPI = api
        text = nil
        report = nil
        reportJSON = nil
        heardAt = nil
        leaderIsGone = false
        isEndWithheld = false
    }
}

/// What workers have done, since the supervisor's start.
struct JobCounts: Equatable {
    var done = 0
    var failed = 0
    var retried = 0

    func adding(_ report: WorkerReport?) -> JobCounts {
        guard let report else { return self }
        return JobCounts(done: done + report.done, failed: failed + report.failed, retried: retried + report.retried)
    }
}
