internal import Glibc
internal import Logging
internal import ProcessLog

/// One way to tell of a change of health, and the program that does it right now. Decisions are the machine's.
final class AlertChannel {
    let way: AlertWay
    var log: Logger
    var machine: HealthAlert
    /// Who is told, nil = nobody: the program, and the address that it is given.
    private(set) var receiver: [String]?
    var isOn: Bool { receiver != nil }
    private var process: ChildProcess?
    let output: SlotOutput
    /// What the present program is there for.
    private(set) var run: Run?
    /// It has ended, and how is not to be had yet: a debugger holds it.
    var isEndWithheld = false
    private(set) var number = 0

    /// Of one program's lines, so many are passed on; what says more than that says nothing.
    private static let mostLines = 100

    struct Run {
        let health: HealthLevel
        let startedAt: Nanoseconds
        /// We have told it to end.
        var isEnded = false
        var lines = 0
    }

    /// nil = nobody is being told.
    var pid: Int32? { process?.pid }
    /// To be polled for the end.
    var descriptor: Int32? { isEndWithheld ? nil : process?.descriptor.number }
    var hasEnded: Bool { process?.hasEnded ?? false }

    init(_ way: AlertWay, _ policy: AlertPolicy, log: Logger) {
        self.way = way
        self.log = log
        machine = HealthAlert(policy)
        output = SlotOutput(source: way.source)
    }

    /// - Returns: whether another is told from now on than before.
    func address(_ receiver: [String]?) -> Bool {
        defer { self.receiver = receiver }
        return receiver != self.receiver
    }

    func nextNumber() -> Int {
        number += 1
        return number
    }

    func begin(_ process: consuming ChildProcess, _ health: HealthLevel, now: Nanoseconds) {
        output.begin(life: number, pid: process.pid)
        self.process = consume process
        run = Run(health: health, startedAt: now)
    }

    func terminate() {
        run?.isEnded = true
        // A stopped one hears it only once it goes on.
        for signal in [SIGTERM, SIGCONT] { process?.signal(signal, group: true) }
    }

    func kill() { process?.kill() }

    /// What it has printed since, as far as it is passed on.
    func read() -> [LogLine] { counted(output.read()) }

    /// Call it only once the process has ended.
    /// - Returns: the last of what it printed, how it ended and what it was; nil = there is none.
    func end() -> (lines: [LogLine], dropped: Int, status: ExitStatus, run: Run)? {
        let lines = counted(output.end())
        guard let process = process.take(), let run else { return nil }
        isEndWithheld = false
        self.run = nil
        return (lines, max(0, run.lines - Self.mostLines), process.reap().status, run)
    }

    var lastWords: String? { output.ring.lastWords(of: number).last }

    private func counted(_ lines: [LogLine]) -> [LogLine] {
        let before = run?.lines ?? 0
        run?.lines += lines.count
        return Array(lines.prefix(max(0, Self.mostLines - before)))
    }
}
