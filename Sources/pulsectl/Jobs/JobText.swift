import JobQueue
import Reporting

/// Jobs in the words of ``JobTable``. Whatever producers wrote is made safe to print.
extension JobTable {
    static func forOutput() -> JobTable {
        JobTable(coloured: Terminal.isColoured, width: Terminal.isOutput ? Terminal.size().width : .max)
    }

    /// - Parameter showsQueue: several are shown, so that each job must say where it stands.
    func render(_ jobs: [JobSummary], in state: JobState, now: Double, showsQueue: Bool) -> [String] {
        let rows = jobs.map { job in
            Row(
                id: NotifyMessage.printable(job.id), when: Self.when(job, state, now),
                took: state == .finished ? Self.took(job) : "",
                queue: showsQueue ? NotifyMessage.printable(job.queue) : "",
                worker: NotifyMessage.printable(job.worker),
                job: job.status == nil
                    ? "(expired or deleted)" : NotifyMessage.printable(job.url ?? job.description),
                reason: job.reason.map(NotifyMessage.printable) ?? "")
        }
        return render(rows, when: Self.heading(state))
    }

    private static func heading(_ state: JobState) -> String {
        switch state {
        case .queued, .deferred: "AGE"
        case .started: "RUNS"
        case .scheduled: "RUN TIME"
        case .failed, .finished, .canceled: "AGO"
        }
    }

    private static func when(_ job: JobSummary, _ state: JobState, _ now: Double) -> String {
        guard let since = job.since(in: state) else { return "-" }
        guard state == .scheduled else { return elapsed(max(0, now - since)) }
        return since > now ? "in \(elapsed((since - now).rounded(.up)))" : "due \(elapsed(now - since))"
    }

    private static func took(_ job: JobSummary) -> String {
        guard let start = Timestamp.seconds(of: job.startedAt), let end = Timestamp.seconds(of: job.endedAt) else {
            return "-"
        }
        return end - start < 10 ? "\(Int(max(0, end - start) * 1000))ms" : elapsed(end - start)
    }
}

extension QueueTable {
    static func forOutput() -> QueueTable {
        QueueTable(coloured: Terminal.isColoured, width: Terminal.isOutput ? Terminal.size().width : .max)
    }
}

extension PauseText.State {
    init(_ suspension: Suspension) {
        self.init(isPaused: suspension.isSuspended, secondsLeft: suspension.secondsLeft)
    }
}
