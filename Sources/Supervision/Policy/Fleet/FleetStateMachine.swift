/// Decides for all slots together: who may start, when the fleet is ready, who is replaced, when it gives up, how it stops.
package struct FleetStateMachine: Sendable {
    package var settings: FleetSettings
    /// As the children: one for each slot that ever was, in the order in which they came.
    package var places: [Place] = []
    package var children: [ChildStateMachine] = []
    package var phase = FleetPhase.idle
    package var rollout: Rollout?
    /// One worker, past its lifetime or too large, being replaced.
    package var recycling: Replacement?
    /// The settings to go back to, while new ones are being rolled out.
    package var before: FleetSettings?
    /// Whether the reload under way was announced: before READY there is nothing to reload, for whoever waits for READY.
    package var isReloadAnnounced = false
    /// The last scaling of each program, by index, until it is complete.
    package var scalings: [Int: Int] = [:]
    package var intensities: [RestartIntensity] = []
    package var jitter: Jitter
    private var lastEdition = 0
    /// Every meeting of a slot's state with an event, for whoever wants to know what was tried; nil = nobody does.
    package var meetings: [(ChildState, ChildEvent)]?

    package init(programs: [Program], policy: FleetPolicy, seed: UInt64) {
        settings = FleetSettings(policy: policy, programs: programs, edition: 0)
        jitter = Jitter(seed: seed)
        for (program, count) in programs.map(\.count).enumerated() {
            intensities.append(RestartIntensity(limit: 0, window: policy.restartWindow))
            for ordinal in 0..<count { add(Place(program: program, ordinal: ordinal + 1)) }
        }
        setIntensities()
    }

    package var policy: FleetPolicy { settings.policy }

    /// "worker.1"
    package func name(of slot: Int) -> String {
        "\(settings.programs[places[slot].program].name).\(places[slot].ordinal)"
    }

    /// When it wants to be asked again.
    package var deadline: Nanoseconds? {
        var nearest: Nanoseconds?
        func consider(_ moment: Nanoseconds?) {
            if let moment { nearest = min(nearest ?? moment, moment) }
        }
        for child in children { consider(child.state.deadline) }
        if case .starting(let deadline) = phase { consider(deadline) }
        return nearest
    }

    /// `fail` holds until the fleet's first ready worker: an outage plus a restart must never make it give up.
    package var startupForNextSpawn: FleetPolicy.Startup {
        if case .starting(.some) = phase { policy.startup } else { .wait }
    }

    /// False when every process is past its watchdog and its kill ladder, so that only a restart of the whole could help.
    package var isFresh: Bool {
        let live = children.filter { !$0.state.isDown }
        return live.isEmpty || !live.allSatisfy { $0.state.isUnkillable }
    }

    package mutating func handle(_ event: FleetEvent, now: Nanoseconds) -> [FleetAction] {
        var actions: [FleetAction] = []
        switch (phase, event) {
        case (.idle, .start):
            phase = .starting(deadline: policy.startup == .fail ? now.adding(policy.startupTimeout) : nil)
        case (.idle, .terminate), (.starting, .terminate), (.running, .terminate):
            stop(.asked, now: now, &actions)
        case (.stopping(let stop), .terminate): shorten(stop, now: now, &actions)
        case (.starting, .child(let slot, let event)), (.running, .child(let slot, let event)),
            (.stopping, .child(let slot, let event)):
            pass(event, to: slot, now: now, &actions)
        case (.starting(let deadline), .deadline):
            passDeadline(now: now, &actions)
            giveUpStart(deadline, now: now, &actions)
        case (.running, .deadline), (.stopping, .deadline): passDeadline(now: now, &actions)

        case (.starting, .restart(let slots, let operation)), (.running, .restart(let slots, let operation)):
            restart(slots, operation: operation)
        case (.starting, .scale(let program, let count, let load, let operation)),
            (.running, .scale(let program, let count, let load, let operation)):
            scale(program, to: count, load: load, operation: operation, now: now, &actions)
        case (.starting, .reload(let new, let operation)), (.running, .reload(let new, let operation)):
            reload(new, operation: operation, now: now, &actions)
        case (.starting, .reloadRefused(let operation)), (.running, .reloadRefused(let operation)):
            refuseReload(operation: operation, &actions)
        // A stop pre-empts everything; before the start there is nothing to do it to.
        case (.idle, .restart(_, let operation)), (.stopping, .restart(_, let operation)),
            (.ended, .restart(_, let operation)), (.idle, .scale(_, _, _, let operation)),
            (.stopping, .scale(_, _, _, let operation)), (.ended, .scale(_, _, _, let operation)),
            (.idle, .reload(_, let operation)), (.stopping, .reload(_, let operation)),
            (.ended, .reload(_, let operation)), (.idle, .reloadRefused(let operation)),
            (.stopping, .reloadRefused(let operation)), (.ended, .reloadRefused(let operation)):
            return [.operationEnded(operation, .stopped)]

        case (.idle, .child), (.idle, .deadline), (.starting, .start), (.running, .start), (.stopping, .start),
            (.ended, .start), (.ended, .child), (.ended, .deadline), (.ended, .terminate):
            return []
        }
        settle(now: now, &actions)
        return actions
    }

    package mutating func add(_ place: Place) {
        places.append(place)
        children.append(ChildStateMachine(program: settings.programs[place.program], policy: policy))
    }

    /// The number that the next reload's settings will have.
    package var upcomingEdition: Int { lastEdition + 1 }

    package mutating func nextEdition() -> Int {
        lastEdition += 1
        return lastEdition
    }

    package func wantedSlots(of program: Int? = nil) -> [Int] {
        places.indices.filter { places[$0].isWanted && (program == nil || places[$0].program == program) }
    }
}
