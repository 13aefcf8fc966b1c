/// New settings for a running fleet, and the way back when they do not work.
extension FleetStateMachine {
    package mutating func reload(
        _ new: FleetReload, operation: Int, now: Nanoseconds, _ actions: inout [FleetAction]
    ) {
        announceReloading(&actions)
        // What works is what was in force before all reloads that have not ended yet.
        before = before ?? settings
        var outcome = OperationOutcome.superseded
        if case .takeBack(let slot, let status) = rollout?.purpose { outcome = .aborted(slot: slot, status) }
        for former in rollout?.reloads ?? [] { actions.append(.operationEnded(former, outcome)) }
        rollout?.reloads = []
        let edition = nextEdition()
        adopt(FleetSettings(policy: new.policy, programs: new.programs, edition: edition), now: now)
        join(
            wantedSlots().filter { new.renewed.contains(places[$0].program) }, operation: operation, purpose: .reload)
    }

    package mutating func refuseReload(operation: Int, _ actions: inout [FleetAction]) {
        // One that is under way ends it itself.
        if before == nil {
            announceReloading(&actions)
            endReload(&actions)
        }
        actions.append(.operationEnded(operation, .refused))
    }

    private mutating func announceReloading(_ actions: inout [FleetAction]) {
        guard phase == .running, !isReloadAnnounced else { return }
        isReloadAnnounced = true
        actions.append(.announceReloading)
    }

    package mutating func endReload(_ actions: inout [FleetAction]) {
        before = nil
        guard isReloadAnnounced else { return }
        isReloadAnnounced = false
        actions.append(.announceReloaded)
    }

    /// The former settings again: for the slot that could not take the new ones, and for those that had.
    package mutating func takeBack(
        _ rollout: Rollout, slot: Int, _ status: ExitStatus, now: Nanoseconds, _ actions: inout [FleetAction]
    ) {
        guard let before else { return }
        adopt(before, now: now)
        actions.append(.settingsTakenBack)
        for restart in rollout.restarts { actions.append(.operationEnded(restart, .aborted(slot: slot, status))) }
        let moved = wantedSlots().filter { $0 != slot && children[$0].edition > before.edition }
        self.rollout = Rollout(
            purpose: .takeBack(slot: slot, status), reloads: rollout.reloads, waiting: [slot] + moved)
    }

    private mutating func adopt(_ new: FleetSettings, now: Nanoseconds) {
        settings = new
        for slot in children.indices {
            children[slot].adopt(new.policy, new.programs[places[slot].program], jitter: &jitter)
        }
        setIntensities()
    }
}
