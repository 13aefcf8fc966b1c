internal import Reporting

/// What we tell systemd, or whoever set NOTIFY_SOCKET: the sd_notify protocol from its other end.
struct ServiceManager {
    private let sender: NotifySender?
    /// How often it wants to hear WATCHDOG=1, halved; nil = never.
    private let pingInterval: Nanoseconds?
    private var nextPing: Nanoseconds
    private var lastStatus = ""
    private var pendingStatus: String?
    private var nextStatus: Nanoseconds = 0
    private var isStopping = false
    private var isConcluded = false
    /// Said, but not taken: READY and STOPPING must arrive, since a start that is never announced is a failed start.
    private var owed: [String] = []
    private var nextTry: Nanoseconds = 0
    private var triesLeft = 0

    private static let retryInterval = Nanoseconds.milliseconds(100)
    private static let tries = 100
    private static let statusInterval = Nanoseconds.seconds(1)

    init(environment: [String: String], pid: Int32, now: Nanoseconds) {
        sender = NotifySender(path: environment["NOTIFY_SOCKET"])
        pingInterval = Self.pingInterval(environment: environment, pid: pid)
        nextPing = now
    }

    /// sd_watchdog_enabled(3): only if the watchdog is meant for this very process.
    static func pingInterval(environment: [String: String], pid: Int32) -> Nanoseconds? {
        if let meant = environment["WATCHDOG_PID"], Int32(meant) != pid { return nil }
        guard let text = environment["WATCHDOG_USEC"], let microseconds = UInt64(text), microseconds > 0,
            microseconds < .max / 1_000
        else {
            return nil
        }
        return microseconds * 1_000 / 2
    }

    var isListening: Bool { sender != nil }

    /// When ``turn(now:isFresh:)`` is due.
    var deadline: Nanoseconds? {
        guard sender != nil else { return nil }
        let ping = pingInterval == nil ? nil : nextPing
        let status = pendingStatus == nil ? nil : nextStatus
        return [ping, status, owed.isEmpty ? nil : nextTry].compactMap(\.self).min()
    }

    /// Pings and says what is due. To be called from the loop alone: a stalled loop must not look alive.
    mutating func turn(now: Nanoseconds, isFresh: Bool) {
        guard let sender else { return }
        if !owed.isEmpty, now >= nextTry { pay(now: now) }
        if let pingInterval, now >= nextPing {
            nextPing = now.adding(pingInterval)
            if isFresh { sender.send("WATCHDOG=1") }
        }
        if let status = pendingStatus, now >= nextStatus {
            pendingStatus = nil
            lastStatus = status
            nextStatus = now.adding(Self.statusInterval)
            sender.send("STATUS=\(status)")
        }
    }

    /// One line; sent when it changed, and at most once a second.
    mutating func say(_ status: String) {
        guard !isConcluded else { return }
        let line = NotifyMessage.printable(status)
        pendingStatus = line == lastStatus ? nil : line
    }

    /// The last word: it stays in the unit's status after the end, whatever else happens until then.
    mutating func conclude(_ status: String) {
        let line = NotifyMessage.printable(status)
        pendingStatus = nil
        lastStatus = line
        isConcluded = true
        sender?.send("STATUS=\(line)")
    }

    mutating func ready(_ status: String, now: Nanoseconds) {
        lastStatus = NotifyMessage.printable(status)
        pendingStatus = nil
        nextStatus = now.adding(Self.statusInterval)
        owe("READY=1\nSTATUS=\(lastStatus)", now: now)
    }

    /// Must be followed by ``ready(_:now:)``, also when the reload failed, else the unit stays "reloading". Both lines in one
    /// datagram: newer managers (`Type=notify-reload`) want to know which READY answers which request.
    mutating func reloading(now: Nanoseconds) { owe("RELOADING=1\nMONOTONIC_USEC=\(now / 1_000)", now: now) }

    /// systemd ignores everything but the end after it, so it is said once and last of all states.
    mutating func stopping(now: Nanoseconds) {
        guard !isStopping else { return }
        isStopping = true
        owe("STOPPING=1", now: now)
    }

    private mutating func owe(_ message: String, now: Nanoseconds) {
        guard sender != nil else { return }
        owed.append(message)
        triesLeft = Self.tries
        pay(now: now)
    }

    /// In order, until one is not taken: then its queue is full, or nobody is there, and it is tried again for 10 s.
    private mutating func pay(now: Nanoseconds) {
        while let message = owed.first, sender?.send(message) == true { owed.removeFirst() }
        nextTry = now.adding(Self.retryInterval)
        triesLeft -= 1
        if triesLeft <= 0 { owed.removeAll() }
    }

    /// Asks for at least this much more time from now.
    func extendTimeout(by distance: Nanoseconds) { sender?.send("EXTEND_TIMEOUT_USEC=\(distance / 1_000)") }
}
