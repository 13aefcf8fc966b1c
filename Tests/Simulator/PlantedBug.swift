import Supervision

/// A mistake put into the machine from outside, to show that the invariant it breaks would be missed.
struct PlantedBug: Sendable {
    let breaks: Invariant
    let mistake: String
    /// Called after the machine has handled an event, with its actions.
    let spoil: @Sendable (inout FleetStateMachine, FleetEvent, inout [FleetAction], Nanoseconds) -> Void

    private init(
        _ breaks: Invariant, _ mistake: String,
        _ spoil: @escaping @Sendable (inout FleetStateMachine, FleetEvent, inout [FleetAction], Nanoseconds) -> Void
    ) {
        self.breaks = breaks
        self.mistake = mistake
        self.spoil = spoil
    }

    static let all: [PlantedBug] = [
        PlantedBug(.oneProcessPerSlot, "a slot forgets the process that drains") { fleet, _, actions, _ in
            for case .child(let slot, .terminate) in actions where fleet.children[slot].wish.comesAgain {
                fleet.children[slot].state = .pending
            }
        },
        PlantedBug(.noSignalToTheReaped, "KILL once more after the death") { _, _, actions, _ in
            for case .child(let slot, .died(let death)) in actions where death.uptime > 0 {
                actions.append(.child(slot, .kill))
            }
        },
        PlantedBug(.boundedSpawns, "no backoff") { fleet, _, _, _ in
            for slot in fleet.children.indices {
                if case .backoff = fleet.children[slot].state { fleet.children[slot].state = .pending }
            }
        },
        PlantedBug(.stopEnds, "a drain without a deadline") { fleet, _, _, _ in
            for slot in fleet.children.indices {
                if case .draining(let life, _) = fleet.children[slot].state {
                    fleet.children[slot].state = .draining(life, deadline: .max)
                }
            }
        },
        PlantedBug(.everyChildReaped, "KILL is forgotten") { _, _, actions, _ in
            actions.removeAll { if case .child(_, .kill) = $0 { true } else { false } }
        },
        PlantedBug(.askedBeforeKilled, "TERM is forgotten") { _, _, actions, _ in
            actions.removeAll { if case .child(_, .terminate) = $0 { true } else { false } }
        },
        PlantedBug(.promisedTime, "100 ms to drain, whatever was promised") { fleet, _, actions, now in
            for case .child(let slot, .terminate) in actions {
                if case .draining(let life, _) = fleet.children[slot].state {
                    fleet.children[slot].state = .draining(life, deadline: now + 100_000_000)
                }
            }
        },
        PlantedBug(.noRestartAfterStop, "a death during the stop is answered by a start") { fleet, _, actions, _ in
            guard case .stopping = fleet.phase else { return }
            for case .child(let slot, .died) in actions {
                actions.append(.child(slot, .spawn(fleet.children[slot].number + 1)))
            }
        },
        PlantedBug(.readyOnce, "READY for every worker that becomes ready") { fleet, _, actions, _ in
            guard case .running = fleet.phase else { return }
            for case .child(_, .becameReady) in actions { actions.append(.announceReady) }
        },
        PlantedBug(.readyWithQuorum, "READY with the first worker") { fleet, _, actions, _ in
            guard case .starting = fleet.phase else { return }
            for case .child(_, .becameReady) in actions {
                fleet.phase = .running
                actions.append(.announceReady)
                return
            }
        },
        PlantedBug(.ghostsChangeNothing, "messages are believed whoever sends them") { fleet, event, _, now in
            guard case .child(let slot, let word) = event, let speaker = word.speaker,
                let life = fleet.children[slot].state.incarnation, speaker != life.number
            else {
                return
            }
            fleet.children[slot].state = .draining(life, deadline: now + 1_000_000_000)
        },
        PlantedBug(.noFalseHang, "WATCHDOG=1 is not heard") { fleet, event, _, _ in
            guard case .child(let slot, .watchdog) = event,
                case .ready(let life, let watchdog?) = fleet.children[slot].state
            else {
                return
            }
            fleet.children[slot].state = .ready(
                life, Watchdog(interval: watchdog.interval, now: life.readyAt ?? life.startedAt))
        },
        PlantedBug(.everyOperationEnds, "whoever is superseded hears nothing") { _, _, actions, _ in
            actions.removeAll { if case .operationEnded(_, .superseded) = $0 { true } else { false } }
        },
        PlantedBug(.oneReplacementAtATime, "the next slot is not kept waiting") { fleet, _, _, _ in
            fleet.rollout?.current = nil
        },
        PlantedBug(.startConcurrency, "everybody starts at once") { fleet, _, actions, now in
            guard fleet.phase == .running else { return }
            for slot in fleet.children.indices where fleet.children[slot].state == .pending {
                fleet.pass(.start(edition: fleet.settings.edition), to: slot, now: now, &actions)
            }
        },
        PlantedBug(.liveness, "a backoff that never ends") { fleet, _, _, _ in
            for slot in fleet.children.indices {
                if case .backoff = fleet.children[slot].state { fleet.children[slot].state = .backoff(until: .max) }
            }
        },
        PlantedBug(.exitCode, "0 in any case") { _, _, actions, _ in
            actions = actions.map { if case .exit = $0 { .exit(code: 0) } else { $0 } }
        },
        PlantedBug(.noOvershoot, "one too many when scaled down") { fleet, event, _, _ in
            guard case .scale(let program, let count, _, _) = event, case .running = fleet.phase,
                count < fleet.places.count(where: { $0.program == program })
            else {
                return
            }
            fleet.add(Place(program: program, ordinal: 900 + fleet.places.count))
        },
        PlantedBug(.newSettingsReachAll, "a reload that replaces nobody") { fleet, event, _, _ in
            if case .reload = event { fleet.rollout?.waiting = [] }
        },
        PlantedBug(.noEarlyRecycling, "every ready worker is overdue") { fleet, _, actions, _ in
            for case .child(let slot, .becameReady) in actions where fleet.children[slot].program.isWorker {
                guard case .ready(var life, let watchdog) = fleet.children[slot].state else { continue }
                life.overdue = .lifetime
                fleet.children[slot].state = .ready(life, watchdog)
            }
        },
        PlantedBug(.onlyWantedStart, "a slot that was scaled away comes back") { fleet, _, actions, _ in
            guard case .running = fleet.phase else { return }
            for case .child(let slot, .died) in actions where !fleet.places[slot].isWanted {
                fleet.children[slot].state = .pending
            }
        },
        PlantedBug(.survivorAskedFirst, "a survivor is killed without a word") { _, _, actions, _ in
            actions = actions.map {
                if case .child(let slot, .terminateSurvivor) = $0 { .child(slot, .killSurvivor) } else { $0 }
            }
        },
        PlantedBug(.doneIsDone, "a restart leaves out its last slot") { fleet, event, _, _ in
            if case .restart = event { _ = fleet.rollout?.waiting.popLast() }
        },
        PlantedBug(.givesUpLate, "each death counts twice") { fleet, _, actions, now in
            for case .child(let slot, .died(let death)) in actions where death.isAbnormal {
                _ = fleet.intensities[fleet.places[slot].program].record(at: now)
            }
        },
        PlantedBug(.deadlinesMoveOn, "a survivor is looked at without a pause") { fleet, _, _, _ in
            for slot in fleet.children.indices {
                if case .occupied(_, let killAt) = fleet.children[slot].state {
                    fleet.children[slot].state = .occupied(retryAt: 0, killAt: killAt)
                }
            }
        },
    ]
}
