import Supervision

/// One random life of a fleet: the machine, driven by a kernel, a clock, children and people that do as chance says.
struct History {
    var choices: Choices
    let scenario: Scenario
    let bug: PlantedBug?
    var fleet: FleetStateMachine
    var now: Nanoseconds = 1_000_000_000
    var kernel = FakeKernel()
    var judge: Judge
    /// Faults have ceased.
    var isCalm = false
    var events = 0
    /// What happened, line by line; nil = nobody reads it.
    var trace: [String]?
    var lastOperation = 0
    private var inbox: [(slot: Int, number: Int, word: Word)] = []

    init(_ choices: Choices, bug: PlantedBug? = nil, traced: Bool = false, watched: Bool = false) {
        var choices = choices
        scenario = Scenario(&choices)
        self.choices = choices
        self.bug = bug
        fleet = scenario.fleet()
        judge = Judge(scenario)
        trace = traced ? [] : nil
        if watched { fleet.meetings = [] }
    }

    /// - Throws: the first ``Violation``.
    mutating func run() throws(Violation) {
        kernel.placeSurvivors(fleet, at: now, &choices)
        try feed(.start)
        let length = 40 + choices.below(160)
        for _ in 0..<length where !judge.hasEnded { try step() }
        if !judge.hasEnded, choices.chance(1, in: 2) { try calm() }
        try stop()
    }

    // MARK: - Steps

    private mutating func step() throws(Violation) {
        let kind = choices.below(100)
        switch kind {
        case 92, 93: try freeze(everybody: kind == 93)
        case 94, 95: try haunt()
        case 96...: try operate()
        default: try wait()
        }
    }

    /// Until whatever comes next.
    private mutating func wait() throws(Violation) {
        let next = min(kernel.nextTurn ?? .max, fleet.deadline ?? .max)
        now = max(now, min(next, now + 5_000_000_000))
        try turn()
    }

    /// The supervisor does not run for a while; with it everybody, or nobody else.
    private mutating func freeze(everybody: Bool) throws(Violation) {
        let pause = choices.span(50, choices.chance(1, in: 4) ? 60_000 : 3_000)
        note("frozen for \(pause / 1_000_000) ms\(everybody ? ", with everybody" : "")")
        if everybody { kernel.thaw(from: now, to: now + pause, &choices) }
        now += pause
        judge.paused(for: pause)
        try turn()
    }

    /// A late message of a life that is over.
    private mutating func haunt() throws(Violation) {
        guard !kernel.live.isEmpty else { return try wait() }
        let slot = kernel.live.keys.sorted()[Int(choices.below(UInt64(kernel.live.count)))]
        guard let number = kernel.live[slot]?.number, number > 0 else { return }
        let ghost = choices.pick([
            ChildEvent.ready(from: number - 1), .watchdog(from: number - 1), .stopping(from: number - 1),
            .exited(.exited(1), from: number - 1), .weighed(5_000, from: number - 1),
            .extendTimeout(1_000_000_000, from: number - 1),
        ])
        let before = fleet.children
        try feed(.child(slot, ghost))
        judge.haunted(before == fleet.children)
        if let violation = judge.violation { throw violation }
    }

    private mutating func operate() throws(Violation) {
        lastOperation += 1
        let event: FleetEvent
        switch choices.below(11) {
        case 0: event = .restart(slots: nil, operation: lastOperation)
        case 1, 2:
            let slots = fleet.places.indices.filter { _ in choices.chance(1, in: 3) }
            event = .restart(slots: slots, operation: lastOperation)
        case 3...7:
            let program = choices.chance(1, in: 4) ? 1 : 0
            let load = Dictionary(uniqueKeysWithValues: fleet.places.indices.map { ($0, Int(choices.below(3))) })
            event = .scale(
                program: program, count: Int(choices.below(6)), load: load, operation: lastOperation)
        case 8, 9:
            let renewed: Set<Int> = choices.chance(1, in: 4) ? [] : choices.chance(1, in: 2) ? [0] : [0, 1]
            event = .reload(
                FleetReload(policy: scenario.anotherPolicy(&choices), programs: scenario.programs, renewed: renewed),
                operation: lastOperation)
        default: event = .reloadRefused(operation: lastOperation)
        }
        try feed(event)
    }

    /// Everybody behaves from now on.
    private mutating func calm() throws(Violation) {
        note("faults cease")
        isCalm = true
        kernel.heal(at: now)
        let end = now + scenario.recovery + kernel.longestSurvivor(at: now, scenario)
        while now < end, !judge.hasEnded {
            try wait()
            if case .stopping = fleet.phase { return }
            if judge.isSettled(fleet) { return }
        }
        if judge.hasEnded { return }
        judge.expectEverybodyReady(fleet)
        if let violation = judge.violation { throw violation }
    }

    private mutating func stop() throws(Violation) {
        guard !judge.hasEnded else { return }
        let burst = 1 + choices.below(3)
        for _ in 0..<burst {
            try feed(.terminate)
            if choices.chance(1, in: 3) { now += choices.span(0, 2_000) }
            if judge.hasEnded { return }
        }
        while !judge.hasEnded {
            try wait()
            judge.expectEnd(by: now)
            if let violation = judge.violation { throw violation }
        }
    }

    // MARK: - One turn of the loop

    /// What children said comes first, then how they ended, then what time says: as in the real loop.
    private mutating func turn() throws(Violation) {
        inbox.removeAll(keepingCapacity: true)
        kernel.takeTurns(until: now, isCalm: isCalm, scenario, &inbox, &choices)
        for (slot, _, word) in inbox {
            guard case .message(let event) = word else { continue }
            judge.heard(event, from: kernel.live[slot], in: slot, fleet, now)
            try feed(.child(slot, event))
        }
        for (slot, number, word) in inbox {
            guard case .end(let status) = word, kernel.live[slot]?.number == number else { continue }
            kernel.reap(slot, at: now, mayLeaveSomebody: !isCalm, &choices)
            try feed(.child(slot, .exited(status, from: number)))
        }
        var rounds = 0
        while let deadline = fleet.deadline, deadline <= now, !judge.hasEnded {
            rounds += 1
            judge.expectProgress(rounds)
            if let violation = judge.violation { throw violation }
            try feed(.deadline)
        }
    }

    mutating func feed(_ event: FleetEvent) throws(Violation) {
        var queue = [event]
        while !queue.isEmpty {
            let event = queue.removeFirst()
            events += 1
            judge.asked(event, fleet)
            var actions = fleet.handle(event, now: now)
            bug?.spoil(&fleet, event, &actions, now)
            note("\(event) -> \(actions.map { "\($0)" }.joined(separator: ", "))")
            for action in actions {
                judge.saw(action, fleet, kernel, now)
                if let violation = judge.violation { throw violation }
                if let answer = kernel.perform(action, fleet, isCalm: isCalm, scenario, now, &choices) {
                    queue.append(answer)
                }
            }
            judge.settled(fleet)
            if let violation = judge.violation { throw violation }
        }
    }

    private mutating func note(_ text: @autoclosure () -> String) {
        guard trace != nil else { return }
        var line = text()
        for prefix in [
            "Supervision.ChildAction.", "Supervision.ChildEvent.", "Supervision.DeathCause.", "Supervision.",
        ] {
            line = line.split(separator: prefix, omittingEmptySubsequences: false).joined()
        }
        trace?.append("\(Double(now / 1_000_000) / 1000) s  \(line)")
    }
}
