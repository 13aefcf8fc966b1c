import Reporting
import ServiceWatching
import SupervisedProcess
import Synchronization

/// Tells the supervisor (or systemd) how this worker stands: at every interval, and soon after a change.
final class Reporter: Sendable {
    /// Where in its life the worker is; whether it works or waits is read off the services.
    enum Phase { case starting, working, draining }

    private let announcer: Announcer
    private let worker: String
    private let services: ServiceWatch
    private let tally: Tally
    private let claims: Claims
    private let phase = Mutex(Phase.starting)

    init(environment: [String: String], worker: String, services: ServiceWatch, tally: Tally, claims: Claims) {
        announcer = Announcer(environment: environment)
        self.worker = worker
        self.services = services
        self.tally = tally
        self.claims = claims
    }

    func ready() { announcer.ready() }
    func stopping() { announcer.stopping() }

    /// Proof that the work loop turns; to be called from that loop and from nowhere else.
    func turned() { announcer.turned() }

    /// Sends the report now.
    func report(_ phase: Phase) {
        self.phase.withLock { $0 = phase }
        send()
    }

    /// Something a watcher would like to see changed: the report goes out now, or when the pause since the last is over.
    func changed() { announcer.changed { [self] in send() } }

    private func send() {
        let counts = tally.now
        let current = claims.shown
        let activity = Self.activity(phase.withLock { $0 }, waits: services.trust == .none)
        announcer.announce(
            status: Self.status(activity, complaint: services.complaint, inFlight: current.count),
            WorkerReport(
                worker: worker, activity: activity, services: services.reports, done: counts.done,
                failed: counts.failed, retried: counts.retried, inFlight: current.count, queued: counts.queued,
                current: current))
    }

    private static func activity(_ phase: Phase, waits: Bool) -> WorkerReport.Activity {
        switch phase {
        case .starting: .starting
        case .working: waits ? .waiting : .serving
        case .draining: .draining
        }
    }

    /// One line for people; it changes with what the worker does, not with each job.
    private static func status(_ activity: WorkerReport.Activity, complaint: String?, inFlight: Int) -> String {
        switch activity {
        case .starting: "starting" + (complaint.map { ": " + $0 } ?? "")
        case .serving: "serving"
        case .waiting: "waiting" + (complaint.map { ": " + $0 } ?? "")
        case .draining: "draining \(inFlight) \(inFlight == 1 ? "job" : "jobs")"
        }
    }
}
