import Supervision

/// What must hold after each event, and in the end.
extension Judge {
    mutating func settled(_ fleet: FleetStateMachine) {
        if let replacing, !fleet.places[replacing.slot].isWanted { self.replacing = nil }
        // One whom the kernel does not let go is not waited for.
        if let replacing, fleet.children[replacing.slot].state.isUnkillable { self.replacing = nil }
        var starting = 0
        for child in fleet.children where child.program.isWorker {
            switch child.state {
            case .spawning, .starting: starting += 1
            default: break
            }
        }
        // A reload may have lowered the limit under those that start already.
        if starting > max(1, fleet.policy.startConcurrency), starting > startingBefore {
            accuse(.startConcurrency, "\(starting) workers start at once")
        }
        startingBefore = starting
        if isReloading, stoppedAt == nil, !reloads.keys.contains(where: { operations[$0] == 0 }) {
            accuse(.readyOnce, "still RELOADING, and no reload is under way")
        }
        for program in limits.indices {
            let limit = fleet.policy.restartLimit ?? 5 * max(1, fleet.wantedSlots(of: program).count)
            if limit < limits[program] { abnormal[program] = [] }
            limits[program] = limit
        }
    }

    /// Nobody ran for so long, or only we did not: no promise of ours counts that time.
    mutating func paused(for pause: Nanoseconds) {
        // Whoever was to be killed meanwhile gets a moment more.
        if let at = stoppedAt { stoppedAt = at + pause + 2_000_000_000 }
    }

    mutating func expectProgress(_ rounds: Int) {
        if rounds > 20 { accuse(.deadlinesMoveOn, "asked for the same moment \(rounds) times") }
    }

    mutating func expectEnd(by now: Nanoseconds) {
        guard let stoppedAt, !hasEnded else { return }
        // The stop, the last wave, and twice the time until a process counts as unkillable.
        if now > stoppedAt + scenario.policy.stopTimeout + 16_000_000_000 {
            accuse(.stopEnds, "stopping for \((now - stoppedAt) / 1_000_000) ms")
        }
    }

    mutating func isSettled(_ fleet: FleetStateMachine) -> Bool {
        for slot in fleet.wantedSlots() where fleet.children[slot].state.isReady { recovered.insert(slot) }
        return fleet.rollout == nil && fleet.recycling == nil && fleet.scalings.isEmpty
            && fleet.wantedSlots().allSatisfy { fleet.children[$0].state.isReady }
            && fleet.places.indices.allSatisfy { fleet.places[$0].isWanted || fleet.children[$0].state.isDown }
    }

    mutating func expectEverybodyReady(_ fleet: FleetStateMachine) {
        for slot in fleet.wantedSlots() {
            let child = fleet.children[slot]
            if case .failed = child.state { continue }
            if !recovered.contains(slot) { accuse(.liveness, "slot \(slot) is \(child.state)") }
        }
        if let rollout = fleet.rollout { accuse(.liveness, "still rolling out: \(rollout)") }
        for slot in fleet.places.indices where !fleet.places[slot].isWanted {
            if !fleet.children[slot].state.isDown { accuse(.liveness, "slot \(slot) was scaled away and is there") }
        }
    }

    /// As the kernel knows it: by now a ready process may have been told to go already.
    func hasQuorum(_ fleet: FleetStateMachine, _ kernel: FakeKernel) -> Bool {
        let wanted = fleet.wantedSlots()
        func isReady(_ slot: Int) -> Bool { kernel.live[slot]?.readyAt != nil }
        let workers = wanted.filter { fleet.children[$0].program.isWorker }
        return workers.count(where: isReady) >= min(fleet.policy.readyQuorum ?? workers.count, workers.count)
            && wanted.allSatisfy { slot in
                fleet.children[slot].program.isWorker || isReady(slot)
                    || !workers.isEmpty && fleet.children[slot].program.kind == .api
                        && diedTooOften(fleet.places[slot].program, fleet)
            }
    }

    /// When it died last, by all its deaths before.
    private func diedTooOften(_ program: Int, _ fleet: FleetStateMachine) -> Bool {
        guard limits[program] > 0, let last = abnormal[program].last else { return false }
        return abnormal[program].count { last - $0 <= fleet.policy.restartWindow } > limits[program]
    }
}
