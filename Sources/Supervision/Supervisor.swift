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

    var directory: RuntimeDirectory?
    let lifeline: Lifeline
    let signals: FileDescriptor
    let environment: ChildEnvironment
    let descriptorLimit: UInt64
    var manager: ServiceManager
    var listener: UnixListener?
    var server: HTTPServer?
    var loop = EventLoop()
    var exitCode: Int32?
    /// When the status line is worth computing again; nil = nothing changed.
    var statusDue: Nanoseconds?
    var statusToldAt: Nanoseconds = 0
    var lastProblems: [String] = []
    /// When systemd is asked for more time again while we are starting.
    var nextExtension: Nanoseconds?

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
                    "\(path).notify: the socket cannot be made: \(error); check the folder's owner, mode and free space"
                )
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

    /// Everything of ours goes from the runtime directory, except the lock of a slot where somebody still lives: its name
    /// is what keeps the next supervisor from filling the slot twice.
    private func cleanUp() {
        server = nil
        listener = nil
        var names: [String] = []
        for slot in slots {
            names.append("\(slot.name).notify")
            if slot.process == nil, SlotLock.isFree(slot.lockPath) { names.append("\(slot.name).lock") }
        }
        slots.removeAll()
        directory.take()?.remove(names)
    }
}
