internal import Reporting

/// Everything that is known at one moment, judged.
struct FleetStatus {
    var phase: FleetPhase
    var slots: [SlotStatus]
    var services: [String: ServiceStatus]
    var workers: WorkerCounts
    /// There are no workers here, and none are meant to be: others work on what the front takes in.
    var isFrontAlone = false
    var queued: Int?

    /// Workers that serve jobs, as far as anybody can tell.
    private var working: Int { max(0, workers.ready - workers.waiting) }

    /// A starting worker that names an unhealthy service waits for it as much as a ready one.
    private var waits: Bool {
        workers.waiting > 0
            || slots.contains { slot in
                slot.report?.activity == .starting
                    && slot.report?.services.values.contains { $0.state == .unhealthy } == true
            }
    }

    var health: Health {
        if workers.wanted > 0 {
            if working == 0, !waits { return .unhealthy }
        } else if !slots.isEmpty, !slots.contains(where: { $0.state == "ready" }) {
            return .unhealthy
        }
        let serviceDown = services.values.contains { $0.state != .healthy }
        let slotDown = slots.contains { $0.state == "backoff" || $0.state == "failed" }
        return serviceDown || slotDown ? .degraded : .healthy
    }

    /// Would a new job be worked on now? A front alone only has to bring it into Redis.
    var isReady: Bool {
        phase == .running && health != .unhealthy
            && services.allSatisfy { $0.value.state == .healthy || isFrontAlone && $0.key != "redis" }
    }

    var supervisorState: String {
        switch phase {
        case .idle, .starting: "starting"
        case .running: "running"
        case .stopping, .ended: "stopping"
        }
    }

    /// "degraded: qdrant connection refused (http://127.0.0.1:6333); 4/4 workers waiting, 812 jobs queued"
    var summary: String {
        let word = phase == .running ? health.rawValue : supervisorState
        return "\(word): " + (problems + [counts]).joined(separator: "; ")
    }

    /// The services that are not healthy and the slots that are down, each in a few words.
    var problems: [String] {
        let order = ServiceBoard.known + services.keys.filter { !ServiceBoard.known.contains($0) }.sorted()
        var list: [String] = []
        // "No recent report" from everybody while starting is no news.
        for name in order {
            guard let service = services[name], service.state != .healthy else { continue }
            if phase != .running, service.state == .unknown { continue }
            let who = service.reporters.map { " [\($0)]" } ?? ""
            list.append("\(name) \(service.reason ?? service.state.rawValue)\(who)")
        }
        for slot in slots where slot.state == "backoff" || slot.state == "failed" {
            let how = slot.deaths.last.map { " after \($0.how)" } ?? ""
            list.append("\(slot.slot) in \(slot.state)\(how)")
        }
        return list
    }

    private var counts: String {
        var parts: [String] = []
        if workers.wanted > 0 {
            parts.append(
                workers.waiting > 0
                    ? "\(workers.waiting)/\(workers.wanted) workers waiting"
                    : "\(workers.ready)/\(workers.wanted) workers ready")
        } else {
            parts.append("\(slots.count { $0.state == "ready" })/\(slots.count) processes ready")
        }
        if let queued { parts.append("\(queued) \(queued == 1 ? "job" : "jobs") queued") }
        return parts.joined(separator: ", ")
    }
}
