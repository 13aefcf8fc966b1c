import Reporting

extension SupervisorFacts {
    static func ask(_ folder: String?, _ files: HostFiles) async -> SupervisorFacts {
        guard let folder else {
            return .absent(socket: "supervisor.sock", cause: ControlError.noRuntimeDirectory.description)
        }
        let socket = folder + "/supervisor.sock"
        do throws(ControlError) {
            let status = try await SupervisorClient(socket: socket).status()
            return .seen(Seen(status, socket, mode: files.status(socket)?.mode))
        } catch {
            switch error {
            case .noSupervisor(_, let cause): return .absent(socket: socket, cause: "\(cause) (\(socket))")
            case .silent(_, let cause) where cause.contains("may not open"):
                return .forbidden(socket: socket, cause: cause)
            case .silent(_, let cause): return .silent(socket: socket, cause: cause)
            case .badAnswer, .noRuntimeDirectory, .unreadable, .refused, .undelivered:
                return .silent(socket: socket, cause: error.description)
            }
        }
    }
}

extension SupervisorFacts.Seen {
    /// Slots in these states do not work, and nobody is about to stop them.
    private static let failing: Set<String> = ["backoff", "failed", "unkillable"]

    init(_ status: StatusDocument, _ socket: String, mode: UInt32?) {
        self.init()
        self.socket = socket
        pid = status.supervisor.pid
        summary = status.summary
        workers = status.workers.wanted
        if let mode { socketMode = mode & 0o777 }
        for (name, service) in status.services {
            guard let dependency = Dependency(rawValue: name) else { continue }
            services[dependency] = Report(
                isHealthy: service.state == .healthy,
                complaint: service.state == .unhealthy ? service.reason ?? "unhealthy" : nil)
        }
        failing = status.slots.filter { Self.failing.contains($0.state) }.map { slot in
            let death = slot.deaths.last
            let words = death?.lastLines.last.map { ": \($0)" } ?? ""
            return Slot(name: slot.slot, state: slot.state, death: (death?.how ?? "no death is known") + words)
        }
    }
}
