internal import Glibc
internal import Logging
internal import ProcessLog
internal import Reporting

/// Whoever shall hear of a change of health is told by a program of its own, outside of the fleet: no restart, no intensity, and
/// nothing waits for it.
extension Supervisor {
    subscript(way: AlertWay) -> AlertChannel {
        // One for each way, in their order.
        alerts[way == .hook ? 0 : 1]
    }

    var alertDeadline: Nanoseconds? { alerts.compactMap(\.machine.deadline).min() }

    /// By the settings in force, each way is used or not.
    func switchAlerts() {
        for channel in alerts {
            let setting = channel.way.setting
            let address = configuration.environment[setting] ?? inForce.fileEnvironment[setting] ?? ""
            // A new receiver has heard nothing yet, and is told how things stand.
            if channel.address(inForce.alerts[channel.way].map { $0 + [address] }) {
                feed(.switched(on: false), channel)
            }
            feed(.switched(on: channel.isOn), channel)
        }
        touchStatus()
    }

    func observeForAlerts(_ status: FleetStatus, now: Nanoseconds) {
        guard let patience = alertPatience, let level = HealthLevel(rawValue: status.health.rawValue) else { return }
        for channel in alerts where channel.isOn { feed(.observed(level, patience: patience), channel) }
    }

    func turnAlerts(now: Nanoseconds) {
        let due = alerts.filter { $0.machine.deadline.map { now >= $0 } ?? false }
        guard !due.isEmpty else { return }
        observeForAlerts(status(now: now), now: now)
        for channel in due { feed(.deadline, channel) }
    }

    /// How long worse health is no news yet, beyond the usual; nil = no health is.
    private var alertPatience: Nanoseconds? {
        let change = fleet.policy.stopTimeout.adding(fleet.policy.startupTimeout)
        switch fleet.phase {
        case .idle, .stopping, .ended: return nil
        case .starting: return change
        case .running: return fleet.rollout != nil || fleet.recycling != nil || fleet.before != nil ? change : 0
        }
    }

    private func feed(_ event: HealthAlert.Event, _ channel: AlertChannel) {
        var events = [event]
        while !events.isEmpty {
            for action in channel.machine.handle(events.removeFirst(), now: MonotonicClock.now()) {
                switch action {
                case .start(let health, let previous):
                    if let failure = start(channel, health, previous: previous) {
                        conclude(channel, health, .failed(failure))
                        events.append(.ended)
                    }
                case .terminate: channel.terminate()
                case .kill:
                    channel.log.warning("does not end: SIGKILL")
                    channel.kill()
                }
            }
        }
    }

    // MARK: - One run

    /// - Returns: why there is none; nil = it runs.
    private func start(_ channel: AlertChannel, _ health: HealthLevel, previous: HealthLevel) -> ExitStatus? {
        guard let command = inForce.alerts[channel.way] else { return .notSpawned(errno: ENOENT) }
        let now = MonotonicClock.now()
        let document = document(now: now).forAnybody
        let number = channel.nextNumber()
        do {
            let input = try DocumentFile.make(JSONLine.line(document))
            let output = try channel.output.open()
            let process = try ChildProcess.spawn(
                SpawnRequest(
                    command: command,
                    environment: Self.environment(configuration, file: inForce.fileEnvironment).variables(
                        channel.way, mark: mark(of: channel, number), health: health, previous: previous,
                        reason: NotifyMessage.printable(document.summary)),
                    input: input.number, output: output.number, descriptorLimit: descriptorLimit,
                    guards: configuration.policy.guards))
            channel.log.info("started pid \(process.pid): \(health.rawValue), was \(previous.rawValue)")
            channel.begin(process, health, now: now)
            return nil
        } catch {
            _ = channel.output.end()
            return .notSpawned(errno: error.code)
        }
    }

    func awaitEnd(of channel: AlertChannel) {
        channel.isEndWithheld = true
        choresSoon()
    }

    func checkEnd(of channel: AlertChannel) {
        guard channel.hasEnded, let end = channel.end() else { return }
        for line in end.lines { pass(line) }
        if end.dropped > 0 { channel.log.notice("\(end.dropped) more lines are not shown") }
        if configuration.policy.guards.holds(.sweep) {
            leftovers.expect(mark(of: channel, channel.number))
            choresSoon()
        }
        let outcome = AlertOutcome(end.status, isEnded: end.run.isEnded, isStopping: alertPatience == nil)
        conclude(channel, end.run.health, outcome)
        feed(.ended, channel)
        touchStatus()
    }

    private func conclude(_ channel: AlertChannel, _ health: HealthLevel, _ outcome: AlertOutcome) {
        counters.countAlert(channel.way, outcome)
        let (cause, remedy) = outcome.account(
            channel.way, last: channel.lastWords, limit: configuration.alertPolicy.limit)
        if let remedy {
            channel.log.error("\(cause): that health is \(health.rawValue) may have reached nobody; \(remedy)")
        } else {
            channel.log.info("\(cause): \(health.rawValue)")
        }
        events.tell(
            FleetNews(
                .alert, at: WallClock.now(), slot: channel.way.source, status: Health(rawValue: health.rawValue),
                summary: cause))
    }

    private func mark(of channel: AlertChannel, _ number: Int) -> String {
        "PULSE_INCARNATION=\(identity)/\(channel.way.source)/\(number)"
    }

    /// A stop is no news: whoever asked for it knows.
    func stopAlerts() { for channel in alerts { feed(.stop, channel) } }
}
