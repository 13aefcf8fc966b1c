/// What a child finds in its environment: ours, minus what was meant for us alone, plus its slot's own.
struct ChildEnvironment: Equatable, Sendable {
    /// `KEY=VALUE`, the part that is the same for every program of the Procfile.
    private let common: [String]
    /// The same for the front, and for workers.
    private let front: [String]
    private let workers: [String]
    /// The same for whoever tells of a change of health, and the address that only one of them gets.
    private let alerts: [String]
    private let webhook: String?

    /// Left over from our own manager. A child that kept `NOTIFY_SOCKET` could declare the whole service ready, one that
    /// kept `WATCHDOG_*` would ping in our name. `JOURNAL_STREAM` goes too: its stderr is a pipe of ours.
    private static let managers: Set<String> = [
        "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDS",
        "LISTEN_FDNAMES", "FDSTORE", "INVOCATION_ID", "MAINPID", "MANAGERPID", "MANAGERPIDFDID", "SYSTEMD_EXEC_PID",
        "JOURNAL_STREAM", "PULSE_SLOT", "PULSE_INCARNATION", "PULSE_LIFELINE_FD", "PULSE_LOCK_FD", "PULSE_PREDECESSOR",
        "PULSE_LISTENER_FD", "PULSE_HEALTH", "PULSE_PREVIOUS_HEALTH", "PULSE_HEALTH_REASON",
    ]

    /// The front's secrets: whoever works on strangers' documents has no use for them, nor for the address that may not be
    /// served without one. The Procfile's programs find what its author has put there.
    private static let frontsOwn: Set<String> = [
        "PULSE_API", "PULSE_API_SECRET", "WEBHOOK_API_SECRET", "PULSE_WEBHOOK_SECRET", "WEBHOOK_SECRET",
    ]

    /// What only those need who tell of a change of health: an address with a key in it, a command line.
    private static let alertsOwn = AlertWay.allCases.map(\.setting)

    /// - Parameters:
    ///   - file: the env file's values; the environment wins.
    ///   - settings: names of Pulse's own settings, as far as the operator's own programs have no use for them.
    init(environment: [String: String], file: [String: String], runtimeDirectory: String, settings: Set<String>) {
        var merged = file.merging(environment) { _, ours in ours }
        for name in Self.managers { merged[name] = nil }
        merged["PULSE_STARTUP"] = nil
        var forAlerts = merged.filter { !settings.contains($0.key) }
        forAlerts["PULSE_RUNTIME_DIR"] = runtimeDirectory
        alerts = Self.lines(forAlerts)
        webhook = merged[AlertWay.webhook.setting]
        merged["PULSE_RUNTIME_DIR"] = runtimeDirectory
        merged["PULSE_LIFELINE_FD"] = "3"
        merged["PULSE_LOCK_FD"] = "4"
        common = Self.lines(merged)
        for name in Self.alertsOwn { merged[name] = nil }
        front = Self.lines(merged)
        for name in Self.frontsOwn { merged[name] = nil }
        workers = Self.lines(merged)
    }

    private static func lines(_ values: [String: String]) -> [String] {
        values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// - Parameters:
    ///   - kind: of the slot's program.
    ///   - mark: `NAME=VALUE` by which what this life leaves behind is known.
    ///   - predecessor: "name|how it died".
    func variables(
        slot: String, kind: Program.Kind, mark: String, notifySocket: String, watchdog: Nanoseconds?,
        startup: FleetPolicy.Startup,
        predecessor: String?
    ) -> [String] {
        var variables =
            switch kind {
            case .worker: workers
            case .api: front
            case .procfile: common
            }
        if kind == .api { variables.append("PULSE_LISTENER_FD=5") }
        variables.append("PULSE_SLOT=\(slot)")
        variables.append(mark)
        variables.append("NOTIFY_SOCKET=\(notifySocket)")
        variables.append("PULSE_STARTUP=\(startup.rawValue)")
        if let watchdog { variables.append("WATCHDOG_USEC=\(watchdog / 1_000)") }
        if let predecessor { variables.append("PULSE_PREDECESSOR=\(predecessor)") }
        return variables
    }

    /// For a program that tells of a change of health. It gets none of Pulse's settings, and so none of their secrets, but for
    /// the folder by which it can ask us and, where it posts, the address.
    /// - Parameters:
    ///   - mark: as above.
    ///   - reason: the status line.
    func variables(
        _ way: AlertWay, mark: String, health: HealthLevel, previous: HealthLevel, reason: String
    ) -> [String] {
        var variables = alerts
        if way == .webhook, let webhook { variables.append("\(way.setting)=\(webhook)") }
        variables.append(mark)
        variables.append("PULSE_HEALTH=\(health.rawValue)")
        variables.append("PULSE_PREVIOUS_HEALTH=\(previous.rawValue)")
        variables.append("PULSE_HEALTH_REASON=\(reason)")
        return variables
    }
}
