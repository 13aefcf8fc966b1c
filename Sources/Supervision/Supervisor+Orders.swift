internal import Glibc
internal import Logging
internal import ProcessLog
internal import Reporting

/// What people and signals ask for: restarts, scaling, reloads (Supervisor+Reload). Each gets a number by which its end can be asked for.
extension Supervisor {
    static let mostOfAProgram = 256

    func obey(_ order: StatusRouter.Order) -> Result<OperationStatus, StatusRouter.Refusal> {
        switch order {
        case .restart where operations.isFull:
            return .failure(
                StatusRouter.Refusal(status: 429, text: "too many restarts are under way; wait until one has ended"))
        case .restart(nil): return .success(restart(slots: nil))
        case .restart(let name?):
            guard let index = visibleSlots.first(where: { slots[$0].name == name }) else {
                return .failure(StatusRouter.Refusal(status: 404, text: unknownSlot(name)))
            }
            guard fleet.places[index].isWanted else {
                return .failure(
                    StatusRouter.Refusal(status: 409, text: "\(name): was scaled away, and is on its way out"))
            }
            return .success(restart(slots: [index]))
        case .scale(let counts): return scale(counts)
        case .reload: return .success(reload())
        case .stop:
            log.info("asked to stop, by its socket")
            feed(.terminate)
            return .success(
                OperationStatus(id: 0, kind: "stop", state: .running, detail: "every process is asked to end"))
        }
    }

    func unknownSlot(_ name: String) -> String {
        "\(name.prefix(60)): no such slot; there are \(visibleSlots.map { slots[$0].name }.joined(separator: ", "))"
    }

    func restart(slots indices: [Int]?) -> OperationStatus {
        let names = indices.map { $0.map { slots[$0].name }.joined(separator: " ") }
        let id = begin(names.map { "restart \($0)" } ?? "restart")
        feed(.restart(slots: indices, operation: id))
        return told(id)
    }

    func scale(_ counts: [String: Int]) -> Result<OperationStatus, StatusRouter.Refusal> {
        let programs = configuration.programs.map(\.name)
        for name in counts.keys.sorted() where !programs.contains(name) {
            return .failure(
                StatusRouter.Refusal(
                    status: 404,
                    text: "\(name.prefix(60)): no such program; there are \(programs.joined(separator: ", "))"))
        }
        guard counts.count == 1, let (name, count) = counts.first, let program = programs.firstIndex(of: name) else {
            return .failure(StatusRouter.Refusal(status: 400, text: "takes one program at a time"))
        }
        return .success(scale(program, to: count))
    }

    func scale(_ program: Int, to count: Int) -> OperationStatus {
        let scaling = scaling(of: program, to: count)
        feed(scaling.event)
        return told(scaling.id)
    }

    func scaling(of program: Int, to count: Int) -> (event: FleetEvent, id: Int) {
        var load: [Int: Int] = [:]
        for (index, slot) in slots.enumerated() { load[index] = slot.report?.inFlight ?? 0 }
        let id = begin("scale \(configuration.programs[program].name)=\(count)")
        return (.scale(program: program, count: count, load: load, operation: id), id)
    }

    /// One more or one fewer; a signal neither turns the fleet off nor beyond what a settings file may say.
    func scaleWorkers(by step: Int) {
        guard let program = configuration.programs.firstIndex(where: \.isWorker) else { return }
        let count = fleet.wantedSlots(of: program).count + step
        guard (1...Self.mostOfAProgram).contains(count) else {
            log.notice("the workers stay as many as they are: \(count) is not from 1 to \(Self.mostOfAProgram)")
            return
        }
        _ = scale(program, to: count)
    }

    // MARK: - Reload

    // MARK: - The book

    func begin(_ kind: String) -> Int {
        let id = operations.begin(kind)
        log.info("\(kind): begun")
        events.tell(FleetNews(.operation, at: WallClock.now(), operation: told(id)))
        return id
    }

    func endOperation(_ id: Int, _ outcome: OperationOutcome) {
        let (state, detail): (OperationStatus.State, String) =
            switch outcome {
            case .done: (.done, "done")
            case .superseded: (.superseded, "a newer one took its place")
            case .stopped: (.stopped, "the fleet stops")
            case .refused: (.refused, operations.entry(id)?.detail ?? "refused")
            case .aborted(let slot, let status):
                (.aborted, "\(slots[slot].name): the new process died: \(status)\(lastLine(slot))")
            case .stuck(let slot):
                (
                    .aborted,
                    "\(slots[slot].name): its process was killed and the kernel does not let it go; it is replaced when it is gone. "
                        + "The others are done"
                )
            }
        operations.end(id, state, detail)
        guard let kind = operations.entry(id)?.kind else { return }
        if state == .done { log.info("\(kind): done") } else { log.warning("\(kind): \(state.rawValue): \(detail)") }
        events.tell(FleetNews(.operation, at: WallClock.now(), operation: told(id)))
    }

    private func lastLine(_ slot: Int) -> String {
        slots[slot].deaths.last?.lastLines.last.map { " (\($0))" } ?? ""
    }

    /// How an operation stands.
    func told(_ id: Int) -> OperationStatus {
        guard let entry = operations.entry(id) else {
            return OperationStatus(id: id, kind: "?", state: .superseded, detail: "forgotten")
        }
        var status = OperationStatus(id: id, kind: entry.kind, state: entry.state, detail: entry.detail)
        guard entry.state == .running else { return status }
        if let rollout = fleet.rollout, rollout.operations.contains(id) {
            let current = rollout.current.map { slots[$0.slot].name }
            status.done = rollout.done
            status.total = rollout.done + rollout.waiting.count + (rollout.current == nil ? 0 : 1)
            status.detail = current.map { "replacing \($0)" } ?? "waiting"
            if case .takeBack = rollout.purpose { status.detail = "taking back: " + status.detail }
        } else {
            status.detail = "under way"
        }
        return status
    }
}
