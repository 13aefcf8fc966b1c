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

    /// Healthy while one works; those that do not are named all the same. The age is the oldest among the servers, so that
    /// one that nobody uses is asked too; one whose next check is not due counts as just heard.
    var health: (ServiceHealth, age: Duration)? {
        let heard = endpoints.compactMap { endpoint in endpoint.caller.watch.health.map { (endpoint, $0.0, $0.age) } }
        guard let first = heard.first else { return nil }
        if endpoints.count == 1 { return (first.1, first.2) }
        let age = heard.map { endpoint, _, age in
            if case .none(_, let wait) = endpoint.caller.watch.admission, wait > .zero { return Duration.zero }
            return age
        }
        let down = heard.filter { !$0.1.healthy }
        var health = ServiceHealth(nil)
        if let worst = down.first {
            health.healthy = down.count < heard.count
            let reasons = down.compactMap(\.1.reason).joined(separator: "; ")
            health.reason = "\(down.count) of \(endpoints.count) down: \(reasons)"
            health.remedy = worst.1.remedy
        }
        return (health, age.max() ?? .zero)
    }

    func wasSilent(for time: Duration) -> Bool { endpoints.allSatisfy { $0.caller.watch.wasSilent(for: time) } }
}
