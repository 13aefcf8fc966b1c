internal import Reporting

/// What the workers, or a front without any, together say of the services: the worst wins, and old news is no news.
enum ServiceBoard {
    /// One worker's latest word; `report` is nil when it has been silent for too long.
    struct Word {
        var report: WorkerReport?
    }

    /// In the order in which they are named to people.
    static let known = ["redis", "tei", "qdrant"]

    static func judge(_ words: [Word]) -> [String: ServiceStatus] {
        var names = Set(known)
        for word in words { names.formUnion(word.report?.services.keys.map { $0 } ?? []) }
        var board: [String: ServiceStatus] = [:]
        for name in names { board[name] = judge(name, words) }
        return board
    }

    private static func judge(_ name: String, _ words: [Word]) -> ServiceStatus {
        // A worker that has just been born has not looked yet; that is no news while another one has.
        let seen = words.filter {
            $0.report?.activity != .starting || ($0.report?.services[name]?.state ?? .unknown) != .unknown
        }
        let views = (seen.isEmpty ? words : seen).map {
            $0.report?.services[name] ?? ServiceReport(.unknown, reason: "no recent report")
        }
        guard let worst = views.max(by: { rank($0.state) < rank($1.state) }) else {
            return ServiceStatus(state: .unknown, reason: "not heard of yet")
        }
        // Whatever a worker says beside it: what is well needs no reason.
        guard worst.state != .healthy else { return ServiceStatus(state: .healthy) }
        let agreeing = views.count { $0.state == worst.state }
        let reporters = agreeing < views.count ? "\(agreeing)/\(views.count) workers" : nil
        return ServiceStatus(
            state: worst.state, reason: worst.reason, remedy: worst.remedy, reporters: reporters)
    }

    private static func rank(_ state: ServiceReport.State) -> Int {
        switch state {
        case .healthy: 0
        case .unknown: 1
        case .unhealthy: 2
        }
    }
}
