import JobQueue
import Reporting
import ServiceWatching
import SupervisedProcess
import Synchronization

/// Tells the supervisor (or systemd) how the API stands: at every interval, and soon after a change.
final class APIReporter: Sendable {
    private let announcer: Announcer
    private let name: String
    private let services: ServiceWatch
    private let intake: JobIntake
    private let tally: Tally
    private let stop: StopRequest

    init(
        announcer: Announcer, name: String, services: ServiceWatch, intake: JobIntake, tally: Tally, stop: StopRequest
    ) {
        self.announcer = announcer
        self.name = name
        self.services = services
        self.intake = intake
        self.tally = tally
        self.stop = stop
    }

    /// Something a watcher would like to see changed.
    func changed() { announcer.changed { [self] in Task { await report() } } }

    /// Sends the report now.
    func report() async {
        let counts = tally.now
        let activity: WorkerReport.Activity =
            stop.reason != nil ? .draining : services.redisServes ? .serving : .waiting
        let complaint = services.complaint
        let status =
            switch activity {
            case .draining: "draining"
            case .waiting: "holding requests: \(complaint ?? "redis is away")"
            case .starting, .serving: "serving" + (complaint.map { "; " + $0 } ?? "")
            }
        let report = WorkerReport(
            worker: name, activity: activity, services: services.reports, queued: counts.queued,
            api: APICounts(
                requests: counts.requests, enqueued: counts.enqueued, held: await intake.held,
                refused: counts.refused))
        announcer.announce(status: status, report)
    }
}
