/// New settings for a running fleet, and the way back when they do not work.
extension FleetStateMachine {
    package mutating func reload(_ new: FleetReload, operation: Int, _ actions: inout [FleetAction]) {
        if before == nil { actions.append(.announceReloading) }
        // What works is what was in force before all reloads that have not ended yet.
        before = before ?? settings
        switch rollout?.purpose {
        case .reload:
            for former in rollout?.operations ?? [] { actions.append(.operationEnded(former, .superseded)) }
            rollout?.operations = []
        case .takeBack(let slot, let status):
            for former in rollout?.operations ?? [] {
                actions.append(.operationEnded(former, .aborted(slot: slot, status)))
            }
            rollout?.operations = []
        case .restart, nil: break
        }
        let edition = nextEdition()
        adopt(FleetSettings(policy: new.policy, programs: new.programs, edition: edition))
        join(
            wantedSlots().filter { new.renewed.contains(places[$0].program) }, operation: operation, purpose: .reload)
    }

    package mutating func refuseReload(operation: Int, _ actions: inout [FleetAction]) {
        // One that is under way ends it itself.
        if before == nil { actions += [.announceReloading, .announceReloaded] }
        actions.append(.operationEnded(operation, .refused))
    }

    package mutating func endReload(_ actions: inout [FleetAction]) {
        before = nil
        actions.append(.announceReloaded)
    }

    /// The former settings again: for the slot that could not take the new ones, and for those that had.
    package mutating func takeBack(_ rollout: Rollout, slot: Int, _ status: ExitStatus, _ actions: inout [FleetAction])
    {
        guard let before else { return }
        adopt(before)
        actions.append(.settingsTakenBack)
        let moved = wantedSlots().filter { $0 != slot && children[$0].edition > before.edition }
        self.rollout = Rollout(
            purpose: .takeBack(slot: slot, status), operations: rollout.operations, waiting: [slot] + moved)
    }

    private mutating func adopt(_ new: FleetSettings) {
        settings = new
        for slot in children.indices {
            children[slot].policy = new.policy
            children[slot].program = new.programs[places[slot].program]
        }
        setIntensities()
    }
}
