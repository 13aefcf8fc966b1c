/// Rolling restarts and recycling: by our own doing never more than one process is away at a time.
extension FleetStateMachine {
    /// Whoever asks while a rollout is under way joins it: a slot that was done before the request is done again.
    package mutating func restart(_ slots: [Int]?, operation: Int) {
        let asked = (slots ?? defaultRestart()).filter { places.indices.contains($0) && places[$0].isWanted }
        join(asked, operation: operation, purpose: .restart)
    }

    private func defaultRestart() -> [Int] {
        let ours = wantedSlots().filter { children[$0].program.isOurs }
        return ours.isEmpty ? wantedSlots() : ours
    }

    package mutating func join(_ slots: [Int], operation: Int, purpose: Rollout.Purpose) {
        var rollout = self.rollout ?? Rollout(purpose: purpose, waiting: [])
        if purpose == .reload {
            rollout.purpose = .reload
            rollout.reloads.append(operation)
        } else {
            rollout.restarts.append(operation)
        }
        for slot in slots where !rollout.waiting.contains(slot) {
            // The process that takes its place has not been started yet, so it comes after this request as well.
            if let current = rollout.current, current.slot == slot, children[slot].number == current.after { continue }
            rollout.waiting.append(slot)
        }
        self.rollout = rollout
    }

    package mutating func advanceRollout(now: Nanoseconds, _ actions: inout [FleetAction]) {
        while var rollout = self.rollout, recycling == nil {
            if let current = rollout.current {
                guard isComplete(current) || isStuck(current.slot) else { return }
                if !isComplete(current) { rollout.stuck = current.slot }
                rollout.current = nil
                rollout.done += 1
            }
            rollout.waiting.removeAll { !places[$0].isWanted }
            guard let slot = rollout.waiting.first else {
                self.rollout = nil
                endRollout(rollout, &actions)
                return
            }
            rollout.waiting.removeFirst()
            rollout.current = Replacement(slot: slot, after: children[slot].number)
            self.rollout = rollout
            let cause: DeathCause = rollout.purpose == .restart ? .restart : .reload
            pass(.replace(by: now.adding(policy.stopTimeout), cause), to: slot, now: now, &actions)
        }
    }

    package mutating func endRecycling() {
        if let current = recycling, isComplete(current) || isStuck(current.slot) { recycling = nil }
    }

    package mutating func beginRecycling(now: Nanoseconds, _ actions: inout [FleetAction]) {
        guard rollout == nil, recycling == nil else { return }
        for slot in wantedSlots() {
            guard case .ready(let life, _) = children[slot].state, let overdue = life.overdue, mayRecycle(overdue)
            else {
                continue
            }
            recycling = Replacement(slot: slot, after: life.number)
            let cause: DeathCause = overdue == .lifetime ? .lifetime : .memory
            pass(.replace(by: now.adding(policy.stopTimeout), cause), to: slot, now: now, &actions)
            return
        }
    }

    /// Age can wait until everybody serves; size cannot, except for a slot that could not be started as it is configured, for
    /// then a fresh process would share its fate.
    private func mayRecycle(_ overdue: Recycling) -> Bool {
        wantedSlots().allSatisfy { slot in
            guard children[slot].program.isWorker else { return true }
            if case .failed = children[slot].state { return false }
            return overdue == .memory || children[slot].state.isReady
        }
    }

    private func isComplete(_ replacement: Replacement) -> Bool {
        guard places[replacement.slot].isWanted else { return true }
        let child = children[replacement.slot]
        return child.number > replacement.after && child.state.isReady
    }

    /// The kernel does not let go of the slot's process, or of who survived in it: nobody may wait for that. Whatever comes
    /// after it is started with the settings that are in force then.
    private func isStuck(_ slot: Int) -> Bool {
        children[slot].state.isUnkillable || children[slot].hasUnkillableSurvivor
    }

    /// - Returns: whether it was a rollout's new process that died.
    package mutating func noteReplacementDeath(
        _ death: Death, in slot: Int, now: Nanoseconds, _ actions: inout [FleetAction]
    ) -> Bool {
        guard !death.cause.isPlanned else { return false }
        // A recycled worker that fails to come back is the restart policy's business like any other.
        if let current = recycling, current.slot == slot, death.number > current.after { recycling = nil }
        guard var rollout, var current = rollout.current, current.slot == slot, death.number > current.after else {
            return false
        }
        current.deaths += 1
        rollout.current = current
        self.rollout = rollout
        if current.deaths > Rollout.deathsEndured || death.consequence == .failed {
            abortRollout(rollout, slot: slot, death.status, now: now, &actions)
        }
        return true
    }

    private mutating func endRollout(_ rollout: Rollout, _ actions: inout [FleetAction]) {
        let outcome = rollout.stuck.map { OperationOutcome.stuck(slot: $0) } ?? .done
        for operation in rollout.restarts { actions.append(.operationEnded(operation, outcome)) }
        for operation in rollout.reloads {
            if case .takeBack(let slot, let status) = rollout.purpose {
                actions.append(.operationEnded(operation, .aborted(slot: slot, status)))
            } else {
                actions.append(.operationEnded(operation, outcome))
            }
        }
        if rollout.purpose != .restart { endReload(&actions) }
    }

    private mutating func abortRollout(
        _ rollout: Rollout, slot: Int, _ status: ExitStatus, now: Nanoseconds, _ actions: inout [FleetAction]
    ) {
        if rollout.purpose == .reload { return takeBack(rollout, slot: slot, status, now: now, &actions) }
        self.rollout = nil
        for operation in rollout.restarts { actions.append(.operationEnded(operation, .aborted(slot: slot, status))) }
        var rest = rollout
        rest.restarts = []
        endRollout(rest, &actions)
    }
}
