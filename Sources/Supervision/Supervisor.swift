internal import CLinux
internal import Glibc
internal import HTTPServing
internal import Logging
internal import Reporting

/// The effects around the machine: facts in, decisions asked for, actions carried out. One thread, one loop.
///
/// Construct and run it on the main thread, after ``Signals/block()``.
public final class Supervisor {
    let configuration: SupervisorConfiguration
    let log: Logger
    var fleet: FleetStateMachine
    var slots: [Slot] = []
    let startedAt = MonotonicClock.now()

    private var directory: RuntimeDirectory?
    private let lifeline: Lifeline
    private let signals: FileDescriptor
    private let environment: ChildEnvironment
    private let descriptorLimit: UInt64
    private var manager: ServiceManager
    private var listener: UnixListener?
    private var server: HTTPServer?
    private var loop = EventLoop()
    private var exitCode: Int32?
    /// When the status line is worth computing again; nil = nothing changed.
    private var statusDue: Nanoseconds?
    private var statusToldAt: Nanoseconds = 0
    private var lastProblems: [String] = []
    /// When systemd is asked for more time again while we are starting.
    private var nextExtension: Nanoseconds?

    private static let extensionInterval = Nanoseconds.seconds(10)
    private static let groupRecheck = Nanoseconds.milliseconds(50)

    /// Takes the runtime directory and makes every socket; starts nothing yet.
    /// - Throws: ``StartError``.
    public init(_ configuration: SupervisorConfiguration) throws(StartError) {
        self.configuration = configuration
        log = configuration.log("supervisor")
        let now = MonotonicClock.now()
        fleet = FleetStateMachine(
            programs: configuration.programs, policy: configuration.policy,
            seed: now ^ (UInt64(UInt32(bitPattern: getpid())) << 32))
        manager = ServiceManager(environment: configuration.environment, pid: getpid(), now: now)
        environment = ChildEnvironment(
            environment: configuration.environment, file: configuration.fileEnvironment,
            runtimeDirectory: configuration.runtimeDirectory)
        // Two descriptors for each slot, two while it starts, and what the status socket takes.
        var before: UInt64 = 0
        unsafe pulse_raise_descriptor_limit(UInt64(256 + 4 * fleet.children.count), &before)
        descriptorLimit = before
        do {
            lifeline = try Lifeline()
            signals = try Signals.descriptor()
        } catch {
            throw .internalFault("a pipe or a signal descriptor could not be made: \(error)")
        }
        let names = Self.slotNames(configuration.programs)
        directory = try RuntimeDirectory.open(configuration.runtimeDirectory, slots: names)
        do {
            try makeSlots(names)
            try makeServer()
        } catch {
            cleanUp()
            throw error
        }
        if pulse_set_subreaper() != 0 { log.warning("not a subreaper: grandchildren may outlive their program") }
    }

    /// Runs until everything is stopped.
    /// - Returns: the exit code: 0, 1, 69, 70, 78 or 124.
    public func run() -> Int32 {
        nextExtension = MonotonicClock.now()
        feed(.start)
        while exitCode == nil {
            collectSources()
            turn(loop.wait(until: nearestDeadline()))
        }
        cleanUp()
        return exitCode ?? 70
    }

    private static func slotNames(_ programs: [Program]) -> [String] {
        programs.flatMap { program in (0..<program.count).map { "\(program.name).\($0 + 1)" } }
    }

    private func makeSlots(_ names: [String]) throws(StartError) {
        for (index, name) in names.enumerated() {
            let path = "\(configuration.runtimeDirectory)/\(name)"
            do {
                slots.append(
                    Slot(
                        name: name, program: configuration.programs[fleet.programOfSlot[index]],
                        receiver: try NotifyReceiver(path: path + ".notify"), lockPath: path + ".lock",
                        log: configuration.log(name)))
            } catch {
                throw .configuration(
                    "\(path).notify: the socket cannot be made: \(error); check the folder's owner, mode and free space")
            }
        }
    }

    private func makeServer() throws(StartError) {
        do {
            let listener = try UnixListener(
                path: "\(configuration.runtimeDirectory)/supervisor.sock", mode: 0o660)
            self.listener = listener
            let routes = StatusRoutes(
                status: { [unowned self] in status(now: MonotonicClock.now()) },
                document: { [unowned self] in document(now: MonotonicClock.now()) })
            server = HTTPServer(listener: listener.descriptor) { routes.respond(to: $0) }
        } catch {
            throw .configuration("\(error)")
        }
        if server == nil { throw .internalFault("libmicrohttpd could not be started") }
    }

    /// Everything of ours goes from the runtime directory, except the lock of a slot whose process could not be killed.
    private func cleanUp() {
        server = nil
        listener = nil
        var names: [String] = []
        for slot in slots {
            names.append("\(slot.name).notify")
            if slot.process == nil { names.append("\(slot.name).lock") }
        }
        slots.removeAll()
        directory.take()?.remove(names)
    }
}

// MARK: - One turn of the loop

extension Supervisor {
    private func collectSources() {
        loop.removeAll()
        loop.add(signals.number, .signals)
        for (index, slot) in slots.enumerated() {
            loop.add(slot.receiver.descriptor.number, .notify(slot: index))
            // A leader that waits for its group would stay readable and make the loop spin.
            if !slot.leaderIsGone, let descriptor = slot.process?.descriptor.number {
                loop.add(descriptor, .process(slot: index))
            }
        }
        if let server {
            loop.add(server.listeningDescriptor, .statusListener)
            loop.add(server.eventsDescriptor, .statusEvents)
        }
    }

    private func nearestDeadline() -> Nanoseconds? {
        let now = MonotonicClock.now()
        let recheck = slots.contains(where: \.leaderIsGone) ? now.adding(Self.groupRecheck) : nil
        return [
            fleet.deadline, manager.deadline, server?.deadline(now: now), statusDue, staleness(now: now),
            manager.isListening ? nextExtension : nil, recheck,
        ].compactMap(\.self).min()
    }

    /// What children said comes before how they ended, and both before any deadline is judged: after a pause of ours the
    /// good news is still in the sockets.
    private func turn(_ ready: [EventLoop.Source]) {
        for case .notify(let slot) in ready { hear(slot) }
        for case .process(let slot) in ready { checkEnd(of: slot) }
        for (index, slot) in slots.enumerated() where slot.leaderIsGone { checkEnd(of: index) }
        if ready.contains(.signals) { obeySignals() }
        let now = MonotonicClock.now()
        if let deadline = fleet.deadline, now >= deadline { feed(.deadline) }
        if exitCode == nil { server?.turn(now: now, listenerIsReady: ready.contains(.statusListener)) }
        tellStatus(now: now)
        extendStart(now: now)
        manager.turn(now: now, isFresh: fleet.isFresh(at: now))
    }

    private func obeySignals() {
        for signal in Signals.read(from: signals) {
            switch signal {
            case SIGTERM, SIGINT:
                log.info("\(SignalName.of(signal))")
                feed(.terminate)
            case SIGCHLD: reapStrangers()
            case SIGWINCH: break
            default: log.notice("\(SignalName.of(signal)) ignored")
            }
        }
    }

    /// Orphans that fell to us as subreaper or PID 1. An unreaped child of ours hides those behind it, so it goes first.
    private func reapStrangers() {
        while case let pid = pulse_any_ended(), pid > 0 {
            if let index = slots.firstIndex(where: { $0.process?.pid == pid }) {
                checkEnd(of: index)
                if slots[index].process?.pid == pid { return }
                continue
            }
            var ending = pulse_ending()
            guard unsafe pulse_reap(pid, &ending) == 0 else { return }
        }
    }

    private func extendStart(now: Nanoseconds) {
        guard let due = nextExtension, now >= due else { return }
        guard case .starting = fleet.phase else {
            nextExtension = nil
            return
        }
        nextExtension = now.adding(Self.extensionInterval)
        manager.extendTimeout(by: 3 * Self.extensionInterval)
    }

    private func staleness(now: Nanoseconds) -> Nanoseconds? {
        guard manager.isListening else { return nil }
        return slots.indices.compactMap { staleAt($0) }.filter { $0 > now }.min()
    }

    /// Something changed that the status line may show.
    func touchStatus() {
        if statusDue == nil { statusDue = max(MonotonicClock.now(), statusToldAt.adding(.seconds(1))) }
    }

    private func tellStatus(now: Nanoseconds) {
        let wentStale = manager.isListening && slots.indices.contains { index in
            staleAt(index).map { $0 <= now && $0 > statusToldAt } ?? false
        }
        guard wentStale || statusDue.map({ now >= $0 }) ?? false else { return }
        statusDue = nil
        statusToldAt = now
        let status = status(now: now)
        manager.say(status.summary)
        guard case .running = fleet.phase else { return }
        let problems = status.problems
        guard problems != lastProblems else { return }
        lastProblems = problems
        if problems.isEmpty { log.info("\(status.summary)") } else { log.warning("\(status.summary)") }
    }
}

// MARK: - Facts

extension Supervisor {
    private func hear(_ index: Int) {
        let slot = slots[index]
        guard let number = fleet.children[index].state.incarnation?.number else {
            _ = slot.receiver.receive()
            return
        }
        let now = MonotonicClock.now()
        for letter in slot.receiver.receive() where slot.believes(letter.sender) {
            let message = NotifyMessage.parse(letter.bytes)
            if let text = message.status, text != slot.text {
                slot.text = text
                slot.log.debug("\(text)")
            }
            if let report = message.report { slot.take(report, now: now) }
            if let microseconds = message.extendTimeoutMicroseconds {
                let distance = min(microseconds, .max / 1_000) * 1_000
                feed(.child(index, .extendTimeout(distance, from: number)))
            }
            if message.ready { feed(.child(index, .ready(from: number))) }
            if message.watchdog { feed(.child(index, .watchdog(from: number))) }
            if message.stopping { feed(.child(index, .stopping(from: number))) }
            if message.report != nil || message.status != nil { touchStatus() }
        }
    }

    private func checkEnd(of index: Int) {
        let slot = slots[index]
        guard let process = slot.process?.pid, slot.process?.hasEnded == true else { return }
        // What it said last still counts.
        hear(index)
        let state = fleet.children[index].state
        if case .draining = state, !slot.program.isWorker, ProcFS.groupHasOthers(process) {
            slot.leaderIsGone = true
            return
        }
        guard let number = state.incarnation?.number, let process = slot.process.take() else { return }
        let ending = process.reap()
        slot.maxResidentBytes = ending.maxResidentBytes
        feed(.child(index, .exited(ending.status, from: number)))
    }

    private func feed(_ event: FleetEvent) {
        var events = [event]
        while !events.isEmpty {
            let event = events.removeFirst()
            for action in fleet.handle(event, now: MonotonicClock.now()) {
                if let answer = perform(action) { events.append(answer) }
            }
        }
    }
}

// MARK: - Actions

extension Supervisor {
    /// - Returns: what the kernel answered, where it answers at once.
    private func perform(_ action: FleetAction) -> FleetEvent? {
        switch action {
        case .child(let index, let action): return perform(action, on: index).map { .child(index, $0) }
        case .announceReady:
            let status = status(now: MonotonicClock.now())
            log.info("\(status.summary)")
            lastProblems = status.problems
            manager.ready(status.summary, now: MonotonicClock.now())
        case .announceStopping(let cause):
            announce(cause)
            manager.stopping()
            manager.extendTimeout(by: configuration.policy.stopTimeout.adding(.seconds(10)))
        case .stopOthers: manager.extendTimeout(by: configuration.policy.stopTimeout.adding(.seconds(10)))
        case .exit(let code):
            exitCode = code
            log.info("stopped\(code == 0 ? "" : ", exit code \(code)")")
        }
        return nil
    }

    private func perform(_ action: ChildAction, on index: Int) -> ChildEvent? {
        let slot = slots[index]
        touchStatus()
        switch action {
        case .spawn: return spawn(slot)
        case .terminate: signal(slot, [SIGTERM, SIGCONT])
        case .abort:
            slot.log.warning("hung: not heard from in time; SIGABRT, so that it can show where, then SIGKILL")
            signal(slot, [SIGABRT, SIGCONT])
        case .kill:
            slot.log.warning("does not end: SIGKILL")
            slot.process?.signal(SIGKILL, group: true)
        case .terminateSurvivor:
            slot.log.warning("a process of an earlier supervisor still holds this slot; it is asked to stop")
            Survivor(lockPath: slot.lockPath)?.terminate()
        case .killSurvivor: Survivor(lockPath: slot.lockPath)?.kill()
        case .becameReady: slot.log.info("ready after \(Self.age(fleet.children[index].state))")
        case .died(let death): bury(death, slot)
        }
        return nil
    }

    private func spawn(_ slot: Slot) -> ChildEvent {
        do {
            let lock = try SlotLock.take(slot.lockPath)
            let process = try ChildProcess.spawn(
                SpawnRequest(
                    command: slot.program.command,
                    environment: environment.variables(
                        slot: slot.name, notifySocket: slot.receiver.path, watchdog: slot.program.watchdog,
                        startup: fleet.startupForNextSpawn, predecessor: slot.record?.predecessor),
                    lifeline: lifeline.readEnd.number, lock: lock.descriptor.number, descriptorLimit: descriptorLimit))
            let pid = process.pid
            slot.begin(process, lock: lock)
            slot.log.info("started pid \(pid)")
            return .spawned(pid: pid)
        } catch let failure as SlotLock.Failure {
            guard case .refused(let cause) = failure else { return .occupied }
            slot.log.error("\(slot.lockPath): cannot be locked: \(cause)")
            return .spawnFailed(errno: cause.code == ENOENT ? EIO : cause.code)
        } catch let cause as Errno {
            return .spawnFailed(errno: cause.code)
        } catch {
            return .spawnFailed(errno: EIO)
        }
    }

    private func signal(_ slot: Slot, _ signals: [Int32]) {
        for signal in signals { slot.process?.signal(signal, group: slot.signalsGroup) }
    }
}
