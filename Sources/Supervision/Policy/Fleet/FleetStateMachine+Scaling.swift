/// More or fewer of a program.
extension FleetStateMachine {
    package mutating func scale(
        _ program: Int, to count: Int, load: [Int: Int], operation: Int, now: Nanoseconds,
        _ actions: inout [FleetAction]
    ) {
        guard settings.programs.indices.contains(program) else { return }
        if let former = scalings[program] { actions.append(.operationEnded(former, .superseded)) }
        scalings[program] = operation
        let wanted = wantedSlots(of: program)
        if count > wanted.count {
            grow(program, by: count - wanted.count, now: now, &actions)
        } else {
            for slot in wanted.sorted(by: { goesBefore($0, $1, load) }).prefix(wanted.count - count) {
                places[slot].isWanted = false
                pass(.stop(by: now.adding(policy.stopTimeout)), to: slot, now: now, &actions)
            }
        }
        setIntensities()
    }

    private mutating func grow(_ program: Int, by count: Int, now: Nanoseconds, _ actions: inout [FleetAction]) {
        // Those still draining first: taken back they keep the number of processes from overshooting.
        let unwanted = places.indices.filter { places[$0].program == program && !places[$0].isWanted }
        let draining = unwanted.filter { !children[$0].state.isDown }
        let idle = unwanted.filter { children[$0].state.isDown }.sorted { places[$0].ordinal < places[$1].ordinal }
        let taken = (draining + idle).prefix(count)
        for slot in taken {
            places[slot].isWanted = true
            pass(.want, to: slot, now: now, &actions)
        }
        let highest = places.filter { $0.program == program }.map(\.ordinal).max() ?? 0
        for ordinal in 0..<(count - taken.count) { add(Place(program: program, ordinal: highest + 1 + ordinal)) }
    }

    /// Who leaves first: those that do not serve, then the least busy, then the highest number.
    private func goesBefore(_ one: Int, _ other: Int, _ load: [Int: Int]) -> Bool {
        func order(_ slot: Int) -> (Int, Int, Int) {
            let rank =
                switch children[slot].state {
                case .pending, .spawning, .occupied, .backoff, .stopped, .failed: 0
                case .draining, .aborting, .killing: 1
                case .starting: 2
                case .ready: 3
                }
            return (rank, load[slot] ?? 0, -places[slot].ordinal)
        }
        return order(one) < order(other)
    }

    /// Complete once every wanted slot is ready and every other one is gone.
    package mutating func endScalings(_ actions: inout [FleetAction]) {
        for (program, operation) in scalings.sorted(by: { $0.key < $1.key }) {
            let slots = places.indices.filter { places[$0].program == program }
            for slot in slots where places[slot].isWanted {
                if case .failed(let status) = children[slot].state {
                    scalings[program] = nil
                    actions.append(.operationEnded(operation, .aborted(slot: slot, status)))
                    break
                }
            }
            let isComplete = slots.allSatisfy {
                places[$0].isWanted ? children[$0].state.isReady : children[$0].state.isDown
            }
            guard isComplete, scalings.removeValue(forKey: program) != nil else { continue }
            actions.append(.operationEnded(operation, .done))
        }
    }
}
