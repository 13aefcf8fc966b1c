import Supervision

/// Watches a history from outside: what was asked, what the machine did about it, and what the kernel knows to be true.
struct Judge {
    let scenario: Scenario
    private(set) var violation: Violation?
    var hasEnded = false
    var stoppedAt: Nanoseconds?
    var cause: StopCause?
    var wasShortened = false
    var wasForced = false
    var readies = 0
    var isReloading = false
    /// How often each operation has ended.
    var operations: [Int: Int] = [:]
    /// Which programs a reload was for, and the edition it brought.
    var reloads: [Int: (renewed: Set<Int>, edition: Int)] = [:]
    /// Which slots a restart was for, and the number of the life that has to go.
    var restarts: [Int: [Int: Int]] = [:]
    /// How many of which program a scaling was for.
    var scalings: [Int: (program: Int, count: Int)] = [:]
    /// Abnormal deaths of each program, since its limit was lowered last.
    var abnormal: [[Nanoseconds]]
    var limits: [Int]
    /// By pid: when KILL may come at the earliest, once the process leaves.
    var promises: [Int32: Nanoseconds] = [:]
    var deaths: [Int: [Nanoseconds]] = [:]
    var replacing: (slot: Int, isRecycling: Bool)?
    /// Most processes that a program may have.
    var ceilings: [Int]
    var survivorAskedAt: [Int: Nanoseconds] = [:]
    var heavy: Set<Int32> = []
    var startingBefore = 0
    /// Slots that were ready at some moment since faults ceased; later some may be recycled.
    var recovered: Set<Int> = []

    init(_ scenario: Scenario) {
        self.scenario = scenario
        ceilings = scenario.programs.map(\.count)
        abnormal = scenario.programs.map { _ in [] }
        limits = scenario.programs.map { _ in 0 }
    }

    mutating func accuse(_ invariant: Invariant, _ what: String) {
        if violation == nil { violation = Violation(invariant: invariant, what: what) }
    }

    // MARK: - Before an event

    mutating func asked(_ event: FleetEvent, _ fleet: FleetStateMachine) {
        switch event {
        case .reloadRefused(let id): operations[id] = 0
        case .restart(let slots, let id):
            operations[id] = 0
            let ours = fleet.wantedSlots().filter { fleet.children[$0].program.isOurs }
            let asked = slots ?? (ours.isEmpty ? fleet.wantedSlots() : ours)
            restarts[id] = asked.reduce(into: [:]) { lives, slot in
                if fleet.places[slot].isWanted { lives[slot] = fleet.children[slot].number }
            }
        case .scale(let program, let count, _, let id):
            operations[id] = 0
            scalings[id] = (program, count)
            // Those that had a process, or were to have one.
            let slots = fleet.places.indices.filter { fleet.places[$0].program == program }
            ceilings[program] = max(
                count, slots.count { fleet.places[$0].isWanted || !fleet.children[$0].state.isDown })
        case .reload(let reload, let id):
            operations[id] = 0
            reloads[id] = (reload.renewed, fleet.upcomingEdition)
        case .terminate: if stoppedAt != nil { wasShortened = true }
        case .start, .child, .deadline: break
        }
    }

    /// A message that has arrived, before the machine hears it.
    mutating func heard(
        _ event: ChildEvent, from process: FakeProcess?, in slot: Int, _ fleet: FleetStateMachine, _ now: Nanoseconds
    ) {
        guard let process else { return }
        switch (event, fleet.children[slot].state) {
        case (.weighed(let bytes, _), _):
            if bytes > fleet.policy.maxMemory ?? .max { heavy.insert(process.pid) }
        case (.stopping, .starting), (.stopping, .ready): promise(now + fleet.policy.stopTimeout, to: process)
        default: break
        }
    }

    /// Time once promised is not taken back.
    mutating func promise(_ moment: Nanoseconds, to process: FakeProcess) {
        promises[process.pid] = min(promises[process.pid] ?? .max, moment)
    }

    mutating func haunted(_ isUnchanged: Bool) {
        if !isUnchanged { accuse(.ghostsChangeNothing, "a message of the life before changed a slot") }
    }

    func size(of program: Int, _ fleet: FleetStateMachine, _ kernel: FakeKernel) -> Int {
        kernel.live.keys.count { fleet.places[$0].program == program }
    }
}
