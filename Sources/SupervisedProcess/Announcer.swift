package import Reporting
import Synchronization

/// Tells the supervisor (or systemd) how this process stands: signs of life, the line for people, reports.
///
/// Never waits: what is not taken is said again with the next report.
package final class Announcer: Sendable {
    private struct State {
        var status = ""
        var sent: ContinuousClock.Instant?
        var pinged: ContinuousClock.Instant?
        var pending = false
        /// What was not taken and is said only once.
        var owed: [String] = []
    }

    private let sender: NotifySender?
    /// A third of what the supervisor grants, so that two pings may be lost.
    private let watchdog: Duration?
    private let state = Mutex(State())
    /// Things may happen by the thousand a second; the supervisor hears of it ten times.
    private static let pause = Duration.milliseconds(100)

    package init(environment: [String: String]) {
        sender = NotifySender(path: environment["NOTIFY_SOCKET"])
        watchdog = environment["WATCHDOG_USEC"].flatMap(Int64.init).map { .microseconds($0 / 3) }
    }

    package func ready() { say("READY=1") }
    package func stopping() { say("STOPPING=1") }

    /// Until it is taken: a supervisor that was paused for a while would take a worker for hung that has been ready for long.
    private func say(_ message: String) {
        state.withLock { $0.owed.append(message) }
        pay()
    }

    private func pay() {
        state.withLock { state in
            while let message = state.owed.first, sender?.send(message) ?? true { state.owed.removeFirst() }
        }
    }

    /// Proof that the work goes on; to be called from what does it, and from nowhere else.
    package func turned() {
        pay()
        guard let watchdog else { return }
        let due = state.withLock { state in
            if let pinged = state.pinged, pinged.duration(to: .now) < watchdog { return false }
            state.pinged = .now
            return true
        }
        if due { sender?.send("WATCHDOG=1") }
    }

    /// Something changed that a watcher would like to see: `send` runs now, or when the pause since the last is over.
    package func changed(_ send: @escaping @Sendable () -> Void) {
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

    /// - Parameter status: One line for people; sent only when it is another than the last.
    package func announce(status: String, _ report: WorkerReport) {
        pay()
        state.withLock { state in
            state.sent = .now
            state.pending = false
            if state.status != status, sender?.send("STATUS=" + status) ?? true { state.status = status }
        }
        sender?.send(report.datagram())
    }
}
