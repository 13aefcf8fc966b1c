internal import Glibc
internal import Logging
internal import Reporting

/// A place for one process of a program, and what is known of whichever lives in it. Decisions are the machine's.
final class Slot {
    let name: String
    let program: Program
    let log: Logger
    let receiver: NotifyReceiver
    let lockPath: String

    var process: ChildProcess?
    /// The leader is gone but its group still works on its farewell; the leader stays unreaped so that the group keeps its
    /// number.
    var leaderIsGone = false
    var record: SlotRecord?
    /// Whether the present life has told its name; until then the record names the last one that had.
    private var isNamed = false
    var spawns = 0
    /// Of the process just reaped, until its death is written down.
    var maxResidentBytes: Int?
    /// What the last incarnation said last.
    var lastWords: String?
    /// The child's own words.
    var text: String?
    private(set) var report: WorkerReport?
    private(set) var reportedAt: Nanoseconds = 0
    /// Newest last.
    private(set) var deaths: [DeathRecord] = []

    private static let tally = 8

    init(name: String, program: Program, receiver: consuming NotifyReceiver, lockPath: String, log: Logger) {
        self.name = name
        self.program = program
        self.receiver = receiver
        self.lockPath = lockPath
        self.log = log
        record = SlotRecord.read(lockPath)
    }

    /// Signals for the leader alone, or for the whole group where the leader is only a shell.
    var signalsGroup: Bool { program.kind == .procfile(hasOperators: true) }

    /// Is this datagram from the process that lives here? From a Procfile's program its whole group may speak.
    func believes(_ sender: Int32) -> Bool {
        guard let pid = process?.pid, sender > 0 else { return false }
        return sender == pid || (!program.isWorker && getpgid(sender) == pid)
    }

    /// - Returns: whether it says anything new.
    func take(_ json: String, now: Nanoseconds) -> Bool {
        guard let decoded = WorkerReport.decode(json) else { return false }
        let isNews = report != decoded
        report = decoded
        reportedAt = now
        let name = String(decoded.worker.filter { !$0.isNewline && $0 != "|" }.prefix(200))
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
    func begin(_ process: consuming ChildProcess, lock: borrowing SlotLock) {
        forget()
        // It may die before it has taken over anything: its successor then still has to know its predecessor.
        var record = self.record ?? SlotRecord(pid: 0, startTime: 0)
        record.pid = process.pid
        record.startTime = process.startTime
        isNamed = false
        self.record = record
        lock.write(record)
        self.process = consume process
        spawns += 1
    }

    func end(_ death: DeathRecord) {
        forget()
        deaths.append(death)
        if deaths.count > Self.tally { deaths.removeFirst() }
        guard isNamed, var known = record else { return }
        known.death = death.how
        record = known
        known.write(at: lockPath)
    }

    private func forget() {
        text = nil
        report = nil
        leaderIsGone = false
    }
}
