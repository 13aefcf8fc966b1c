/// All servers as one service: it works as long as one of them does.
extension TextEmbeddings {
    /// The best of the servers decides.
    var admission: Admission {
        let all = endpoints.map(\.caller.watch.admission)
        if all.contains(.all) { return .all }
        if all.contains(.one) { return .one }
        var nearest: (fault: ServiceFault, wait: Duration)?
        for case .none(let fault, let wait) in all where nearest.map({ wait < $0.wait }) ?? true {
            nearest = (fault, wait)
        }
        return nearest.map { .none($0.fault, probeIn: $0.wait) } ?? .all
    }

    /// Healthy while one works; those that do not are named all the same. Nil before the first answer.
    var health: ServiceHealth? {
        let heard = endpoints.compactMap(\.caller.watch.health?.0)
        guard let first = heard.first else { return nil }
        if endpoints.count == 1 { return first }
        let down = heard.filter { !$0.healthy }
        var health = ServiceHealth(nil)
        if let worst = down.first {
            health.healthy = down.count < heard.count
            let reasons = down.compactMap(\.reason).joined(separator: "; ")
            health.reason = "\(down.count) of \(endpoints.count) down: \(reasons)"
            health.remedy = worst.remedy
        }
        return health
    }

    func wasSilent(for time: Duration) -> Bool { endpoints.allSatisfy { $0.caller.watch.wasSilent(for: time) } }
}
