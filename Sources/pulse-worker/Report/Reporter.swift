import Reporting
import Synchronization

/// Tells the supervisor (or systemd) how this worker stands: at every interval, and soon after a change.
final class Reporter: Sendable {
    /// Where in its life the worker is; whether it works or waits is read off the services.
    enum Phase { case starting, working, draining }

    private struct State {
        var phase = Phase.starting
        var status = ""
        var sent: ContinuousClock.Instant?
        var pinged: ContinuousClock.Instant?
        var pending = false
    }

    private let sender: NotifySender?
    private let worker: String
    private let services: ServiceWatch
    private let tally: Tally
    private let claims: Claims
    /// A third of what the supervisor grants, so that two pings may be lost.
    private let watchdog: Duration?
    private let state = Mutex(State())
    /// Jobs may end by the thousand a second; the supervisor hears of it ten times.
    private static let pause = Duration.milliseconds(100)

    init(environment: [String: String], worker: String, services: ServiceWatch, tally: Tally, claims: Claims) {
        sender = NotifySender(path: environment["NOTIFY_SOCKET"])
        watchdog = environment["WATCHDOG_USEC"].flatMap(Int64.init).map { .microseconds($0 / 3) }
        self.worker = worker
        self.services = services
        self.tally = tally
        self.claims = claims
    }

    func ready() { sender?.send("READY=1") }
    func stopping() { sender?.send("STOPPING=1") }

    /// Proof that the work loop turns; to be called from that loop and from nowhere else.
    func turned() {
        guard let watchdog else { return }
        let due = state.withLock { state in
            if let pinged = state.pinged, pinged.duration(to: .now) < watchdog { return false }
            state.pinged = .now
            return true
        }
        if due { sender?.send("WATCHDOG=1") }
    }

    /// Sends the report now.
    func report(_ phase: Phase) {
        state.withLock { $0.phase = phase }
        send()
    }

    /// Something a watcher would like to see changed: the report goes out now, or when the pause since the last is over.
    func changed() {
        let wait: Duration? = state.withLock { state in
            if state.pending { return nil }
            let since = state.sent?.duration(to: .now) ?? Self.pause
            if since >= Self.pause { return .zero }
            state.pending = true
            return Self.pause - since
        }
        guard let wait else { return }
        if wait == .zero { return send() }
        Task {
            try? await Task.sleep(for: wait)
            send()
        }
    }

    private func send() {
        let counts = tally.now
        let current = claims.shown
        let complaint = services.complaint
        let waits = services.trust == .none
        let (activity, status) = state.withLock { state in
            state.sent = .now
            state.pending = false
            let activity = Self.activity(state.phase, waits: waits)
            let text = Self.status(activity, complaint: complaint, inFlight: current.count)
            defer { state.status = text }
            return (activity, state.status == text ? nil : text)
        }
        if let status { sender?.send("STATUS=" + status) }
        let report = WorkerReport(
            worker: worker, activity: activity, services: services.reports, done: counts.done, failed: counts.failed,
            retried: counts.retried, inFlight: current.count, queued: counts.queued, current: current)
        sender?.send(report.datagram())
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
