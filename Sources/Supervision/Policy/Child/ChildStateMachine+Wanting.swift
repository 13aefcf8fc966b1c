/// What the fleet wants of a slot. As in the other tables, every event names every state.
extension ChildStateMachine {
    mutating func retire() -> [ChildAction] {
        switch state {
        case .pending, .occupied, .backoff: leave()
        case .spawning, .starting, .ready, .draining, .aborting, .killing: wish = wish.last
        case .stopped, .failed: break
        }
        return []
    }

    mutating func stop(by deadline: Nanoseconds) -> [ChildAction] {
        switch state {
        case .pending, .occupied, .backoff, .failed:
            leave()
            return []
        case .spawning, .killing:
            wish = .down(by: deadline)
            return []
        case .starting(let life, _), .ready(let life, _): return drain(life, by: deadline, wish: .down(by: deadline))
        case .draining(let life, let present):
            return hasten(life, present: present, by: deadline, wish: .down(by: deadline))
        case .aborting(let life, let present):
            wish = .down(by: deadline)
            state = .aborting(life, deadline: min(present, deadline))
            return []
        case .stopped: return []
        }
    }

    mutating func replace(by deadline: Nanoseconds, _ cause: DeathCause) -> [ChildAction] {
        switch state {
        case .spawning:
            if wish == .up { wish = .again(by: deadline, cause) }
            return []
        case .starting(let life, _), .ready(let life, _):
            return drain(life, by: deadline, wish: .again(by: deadline, cause))
        case .draining(let life, let present):
            guard wish.comesAgain else { return [] }
            return hasten(life, present: present, by: deadline, wish: .again(by: deadline, cause))
        // At once, without its delay; the counter stays, for nothing has been shown yet.
        case .backoff, .failed:
            wish = .up
            state = .pending
            return []
        case .pending, .occupied, .aborting, .killing, .stopped: return []
        }
    }

    mutating func want() -> [ChildAction] {
        switch state {
        case .stopped:
            wish = .up
            state = .pending
        case .spawning, .draining, .aborting, .killing: wish = wish.wanted(hasBeenTold: state != .spawning)
        case .pending, .occupied, .starting, .ready, .backoff, .failed: break
        }
        return []
    }

    private mutating func leave() {
        wish = .last
        state = .stopped
    }
}
