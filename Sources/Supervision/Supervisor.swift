internal import CLinux
internal import Glibc
internal import HTTPServing
internal import Logging
internal import ProcessLog
internal import Reporting

/// The effects around the machine: facts in, decisions asked for, actions carried out. One thread, one loop.
///
/// Construct and run it on the main thread, after ``Signals/block()``.
public final class Supervisor {
    let configuration: SupervisorConfiguration
    var log: Logger
    var fleet: FleetStateMachine
    /// As the fleet's children, in number and order.
    var slots: [Slot] = []
    let startedAt = MonotonicClock.now()
    let startedAtWall = WallClock.now()
    /// Names this supervisor among all that this machine ever ran; part of its children's marks.
    let identity: String

    var directory: RuntimeDirectory?
    var watch: DirectoryWatch?
    /// When what could not be made again is tried again.
    var restoreDue: Nanoseconds?
    let lifeline: Lifeline
    /// Where producers connect; kept through every life of the front.
    private(set) var front: FrontListener?
    let signals: FileDescriptor
    let descriptorLimit: UInt64
    var manager: ServiceManager
    var server: StatusServer?
    var loop = EventLoop()
    var exitCode: Int32?

    /// What children of each edition of the settings find in their environment.
    var environments: [Int: ChildEnvironment] = [:]
    /// In force, to compare a reload with.
    var inForce: SettingsInForce
    /// Before a reload that has not ended yet.
    var inForceBefore: SettingsInForce?
    var notes: [String] = []

    var operations = OperationBook()
    let events = EventFeed()
    let logs = LogFeed()
    var counters = FleetCounters()
    var leftovers = Leftovers()
    var memoryKills = MemoryKills()
    /// When what may wait a little is done: /proc is not read while a start is waited for.
    var choresDue: Nanoseconds?
    var groups = GroupWatch()
    var strays = Strays()
    var telling = Telling()
    let alerts: [AlertChannel]

    /// Takes the runtime directory and makes every socket; starts nothing yet.
    /// - Parameter activation: listeners that systemd opened for us.
    /// - Throws: ``StartError``.
    public init(_ configuration: SupervisorConfiguration, activation: SocketActivation) throws(StartError) {
        self.configuration = configuration
        log = Self.logger("supervisor", configuration.sink, configuration.logLevel)
        let now = MonotonicClock.now()
        fleet = FleetStateMachine(
            programs: configuration.programs, policy: configuration.policy,
            seed: now ^ (UInt64(UInt32(bitPattern: getpid())) << 32))
        manager = ServiceManager(environment: configuration.environment, pid: getpid(), now: now)
        identity = "\(getpid()).\(now)"
        inForce = SettingsInForce(configuration)
        alerts = AlertWay.allCases.map { way in
            AlertChannel(
                way, configuration.alertPolicy,
                log: Self.logger(way.source, configuration.sink, configuration.logLevel))
        }
        environments[0] = Self.environment(configuration, file: configuration.fileEnvironment)
        // As many as there may be of each program: a notify socket, a pidfd and a pipe for each slot, and what the status takes.
        var before: UInt64 = 0
        unsafe pulse_raise_descriptor_limit(
            UInt64(512 + 5 * Self.mostOfAProgram * configuration.programs.count), &before)
        descriptorLimit = before
        do {
            lifeline = try Lifeline()
            signals = try Signals.descriptor()
        } catch {
            throw .internalFault("a pipe or a signal descriptor could not be made: \(error)")
        }
        try openFolder()
        do {
            growSlots()
            try openReceivers()
            try makeServer(activation)
            if let place = configuration.front {
                let former = FormerFronts(folder: configuration.runtimeDirectory, program: Program.api, log: log)
                front = try FrontListener(place, activation: activation, former: former)
            }
        } catch {
            cleanUp()
            throw error
        }
        if let front { log.info("the API is served at \(front.address)") }
        askStrays()
        switchAlerts()
        if pulse_set_subreaper() != 0 { log.warning("not a subreaper: grandchildren may outlive their program") }
    }

    /// Runs until everything is stopped.
    /// - Returns: the exit code: 0, 1, 69, 70, 78 or 124.
    public func run() -> Int32 {
        telling.nextExtension = MonotonicClock.now()
        feed(.start)
        while exitCode == nil {
            collectSources()
            turn(loop.wait(until: nearestDeadline()))
        }
        endLeftovers()
        cleanUp()
        return exitCode ?? 70
    }

    static func environment(_ configuration: SupervisorConfiguration, file: [String: String]) -> ChildEnvironment {
        ChildEnvironment(
            environment: configuration.environment, file: file, runtimeDirectory: configuration.runtimeDirectory,
            settings: configuration.settingNames)
    }

    static func logger(_ label: String, _ sink: LogSink, _ level: Logger.Level) -> Logger {
        Logger(label: label) { LineLogHandler(label: $0, level: level, sink: sink) }
    }

    /// A slot for each child that the fleet has thought of.
    func growSlots() {
        for index in slots.count..<fleet.children.count {
            let name = fleet.name(of: index)
            strays.forget(name)
            slots.append(
                Slot(
                    name: name, program: fleet.children[index].program, folder: configuration.runtimeDirectory,
                    log: Self.logger(name, configuration.sink, inForce.logLevel)))
        }
    }

    private func openReceivers() throws(StartError) {
        for slot in slots {
            do {
                try slot.openReceiver()
            } catch {
                throw .configuration(
                    "\(configuration.runtimeDirectory)/\(slot.name).notify: the socket cannot be made: \(error); "
                        + "check the folder's owner, mode and free space")
            }
        }
    }

    private func makeServer(_ activation: SocketActivation) throws(StartError) {
        let answers = self.answers()
        server = try StatusServer(
            path: "\(configuration.runtimeDirectory)/supervisor.sock", listen: configuration.listen,
            activation: activation, guards: configuration.policy.guards
        ) { StatusRouter(isLocal: $0, owner: geteuid(), answers: answers) }
    }

    /// Everything of ours goes from the runtime directory, except the lock of a slot where somebody still lives: its name
    /// is what keeps the next supervisor from filling the slot twice.
    private func cleanUp() {
        events.end()
        logs.end()
        server?.turn([], now: MonotonicClock.now())
        server = nil
        for slot in slots { slot.close() }
        slots.removeAll()
        directory.take()?.remove()
        configuration.sink.flush()
    }
}

/// The settings that the fleet goes by now, beyond what the machine holds.
struct SettingsInForce {
    var fileEnvironment: [String: String]
    /// As configured, by program; scaling by hand does not change them.
    var counts: [Int]
    var reportInterval: Nanoseconds
    var alerts: AlertPrograms
    var logLevel: Logger.Level

    init(_ configuration: SupervisorConfiguration) {
        fileEnvironment = configuration.fileEnvironment
        counts = configuration.programs.map(\.count)
        reportInterval = configuration.reportInterval
        alerts = configuration.alerts
        logLevel = configuration.logLevel
    }

    init(_ new: NewSettings) {
        fileEnvironment = new.fileEnvironment
        counts = new.programs.map(\.count)
        reportInterval = new.reportInterval
        alerts = new.alerts
        logLevel = new.logLevel
    }
}
