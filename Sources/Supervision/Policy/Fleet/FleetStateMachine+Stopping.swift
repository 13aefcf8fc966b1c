/// The stop: it pre-empts everything, and it ends.
extension FleetStateMachine {
    /// A second TERM sooner than this is the first one's echo: a terminal and a service manager may both have sent it.
    private static let echo = Nanoseconds.seconds(1)
    /// What the programs beside the workers get when the workers used up the whole budget.
    private static let lastWave = Nanoseconds.seconds(5)

    package mutating func stop(_ cause: StopCause, now: Nanoseconds, _ actions: inout [FleetAction]) {
        let deadline = now.adding(policy.stopTimeout)
        phase = .stopping(
            FleetStop(
                cause: cause, askedAt: now, isAsked: cause == .asked, deadline: deadline, wave: .workers, forced: false)
        )
        actions.append(.announceStopping(cause))
        endOperations(&actions)
        for slot in children.indices {
            pass(children[slot].program.isOurs ? .stop(by: deadline) : .retire, to: slot, now: now, &actions)
        }
    }

    private mutating func endOperations(_ actions: inout [FleetAction]) {
        for operation in (rollout?.operations ?? []) + scalings.values.sorted() {
            actions.append(.operationEnded(operation, .stopped))
        }
        rollout = nil
        recycling = nil
        before = nil
        isReloadAnnounced = false
        scalings = [:]
    }

    package mutating func shorten(_ stop: FleetStop, now: Nanoseconds, _ actions: inout [FleetAction]) {
        var stop = stop
        guard stop.isAsked else {
            // The first to ask, of a fleet that stops already: no reason to cut its drain short.
            (stop.isAsked, stop.askedAt) = (true, now)
            phase = .stopping(stop)
            return
        }
        guard now.since(stop.askedAt) >= Self.echo else { return }
        stop.deadline = min(stop.deadline, now)
        stop.wave = .everyone
        phase = .stopping(stop)
        for slot in children.indices {
            pass(.stop(by: now), to: slot, now: now, &actions)
            pass(.deadline, to: slot, now: now, &actions)
        }
    }

    /// The next wave, or the end the moment nothing is left.
    package mutating func proceed(_ stop: FleetStop, now: Nanoseconds, _ actions: inout [FleetAction]) {
        func isGone(_ child: ChildStateMachine) -> Bool { child.state.isDown || child.state.isUnkillable }
        var stop = stop
        if stop.wave == .workers, children.allSatisfy({ !$0.program.isOurs || isGone($0) }) {
            stop.wave = .everyone
            stop.deadline = max(stop.deadline, now.adding(Self.lastWave))
            phase = .stopping(stop)
            if !children.allSatisfy(isGone) { actions.append(.stopOthers) }
            for slot in children.indices where !children[slot].program.isOurs {
                pass(.stop(by: stop.deadline), to: slot, now: now, &actions)
            }
        }
        if stop.wave == .everyone, children.allSatisfy(isGone), case .stopping(let last) = phase {
            // Whoever is left could not be ended even by force.
            let code = last.cause.exitCode(forced: last.forced || !children.allSatisfy(\.state.isDown))
            phase = .ended(code: code)
            actions.append(.exit(code: code))
        }
    }
}
