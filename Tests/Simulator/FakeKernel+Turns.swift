import Supervision

/// What the children do of themselves.
extension FakeKernel {
    /// Whoever's turn has come takes it, in the order of time.
    mutating func takeTurns(
        until now: Nanoseconds, isCalm: Bool, _ scenario: Scenario,
        _ inbox: inout [(slot: Int, number: Int, word: Word)], _ choices: inout Choices
    ) {
        for _ in 0..<1_000 {
            var nearest: (at: Nanoseconds, slot: Int)?
            for (slot, process) in live where process.turnAt <= now {
                if nearest.map({ (process.turnAt, slot) < ($0.at, $0.slot) }) ?? true {
                    nearest = (process.turnAt, slot)
                }
            }
            guard let slot = nearest?.slot, let process = live[slot] else { return }
            var next = process
            if let word = turn(&next, isCalm: isCalm, scenario, &choices) {
                if !isCalm, loses(&next, word, &choices) {
                    live[slot] = next
                    continue
                }
                inbox.append((slot, process.number, word))
            }
            live[slot] = next
        }
    }

    /// A datagram that found no room.
    private func loses(_ process: inout FakeProcess, _ word: Word, _ choices: inout Choices) -> Bool {
        if case .message(.weighed) = word { return false }
        guard case .message(let event) = word, !process.lastWasLost, choices.chance(1, in: 50) else {
            process.lastWasLost = false
            return false
        }
        process.lastWasLost = true
        if case .ready = event { process.mayLookHung = true }
        return true
    }

    private func turn(
        _ process: inout FakeProcess, isCalm: Bool, _ scenario: Scenario, _ choices: inout Choices
    ) -> Word? {
        switch process.mood {
        case .booting:
            if !isCalm, scenario.badEvery > 0, process.edition > 0,
                UInt64(process.edition) % (scenario.badEvery + 1) == 1
            {
                return leave(&process, .exited(1))
            }
            return boot(&process, isCalm: isCalm, scenario, &choices)
        case .serving: return serve(&process, isCalm: isCalm, scenario, &choices)
        case .leaving(let status): return leave(&process, status)
        case .silent: return mumble(&process, &choices)
        }
    }

    func fallSilent(_ process: inout FakeProcess, _ now: Nanoseconds, _ choices: inout Choices) {
        process.mood = .silent
        process.turnAt = choices.chance(1, in: 2) ? now + choices.span(100, 8_000) : .max
    }

    /// A hung process may still say something, now and then, and late.
    private func mumble(_ process: inout FakeProcess, _ choices: inout Choices) -> Word {
        let number = process.number
        let word = choices.pick([
            ChildEvent.watchdog(from: number), .weighed(5_000, from: number),
            .extendTimeout(1_000_000_000, from: number),
            .ready(from: number), .stopping(from: number),
        ])
        if case .stopping = word { process.saidStopping = true }
        fallSilent(&process, process.turnAt, &choices)
        return .message(word)
    }

    private func leave(_ process: inout FakeProcess, _ status: ExitStatus) -> Word {
        process.turnAt = .max
        return .end(status)
    }

    private func boot(
        _ process: inout FakeProcess, isCalm: Bool, _ scenario: Scenario, _ choices: inout Choices
    ) -> Word? {
        let number = process.number
        switch isCalm ? 0 : choices.below(24) {
        case 18:
            let extra = choices.span(1_000, 9_000)
            let turn = process.turnAt
            process.extendedUntil = max(process.extendedUntil, turn + extra)
            process.turnAt = turn + choices.span(1, 500)
            return .message(.extendTimeout(extra, from: number))
        case 19:
            fallSilent(&process, process.turnAt, &choices)
            return nil
        case 20, 21:
            return leave(&process, .exited(1))
        case 22:
            return leave(
                &process, choices.pick([.exited(69), .exited(0), .exited(78), .killed(signal: 11, coreDumped: true)]))
        case 23:
            process.mood = .leaving(.exited(0))
            process.turnAt += choices.span(1, 3_000)
            process.saidStopping = true
            return .message(.stopping(from: number))
        default:
            process.mood = .serving
            process.wasReady = true
            process.turnAt += ping(scenario, &choices)
            return .message(.ready(from: number))
        }
    }

    private func serve(
        _ process: inout FakeProcess, isCalm: Bool, _ scenario: Scenario, _ choices: inout Choices
    ) -> Word? {
        let number = process.number
        switch isCalm ? 0 : choices.below(40) {
        case 34:
            process.turnAt += choices.span(1, 100)
            return .message(.weighed(choices.chance(1, in: 2) ? 5_000 : 500, from: number))
        case 35, 36:
            fallSilent(&process, process.turnAt, &choices)
            return nil
        case 37: return leave(&process, choices.pick([.killed(signal: 9, coreDumped: false), .exited(1), .exited(69)]))
        case 38: return leave(&process, choices.pick([.exited(0), .exited(3), .exited(78)]))
        case 39:
            // It says goodbye; most then go, some stay.
            if choices.chance(1, in: 3) {
                fallSilent(&process, process.turnAt, &choices)
            } else {
                process.mood = .leaving(.exited(0))
                process.turnAt += choices.span(1, 3_000)
            }
            process.saidStopping = true
            return .message(.stopping(from: number))
        default:
            process.turnAt += ping(scenario, &choices)
            return .message(.watchdog(from: number))
        }
    }

    /// At a third of the promise at most, so that a lost message does no harm.
    private func ping(_ scenario: Scenario, _ choices: inout Choices) -> Nanoseconds {
        choices.span(100, (scenario.programs[0].watchdog ?? 3_000_000_000) / 3_000_000)
    }
}
