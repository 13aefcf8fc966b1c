/// Do workers see what is seen from here? They may live in a sandbox, in another container, or with other settings.
enum DisagreementFindings {
    /// - Parameter others: what was found of the services: where something is wrong for everybody, workers suffer from that.
    static func of(_ facts: Facts, besides others: [Finding]) -> [Finding] {
        guard case .seen(let supervisor) = facts.supervisor else { return [] }
        return [
            (Dependency.redis, [facts.redis.sight.value != nil], facts.redis.address.shown),
            (.qdrant, [facts.qdrant.sight.value != nil], facts.qdrant.address.shown),
            (.tei, facts.tei.map { $0.sight.value != nil }, facts.tei.first?.address.shown ?? ""),
        ].compactMap { dependency, reached, shown in
            guard let report = supervisor.services[dependency], !shown.isEmpty else { return nil }
            let isKnown = others.contains { $0.severity == .broken && $0.id.isOf(dependency) }
            if !reached.contains(false), !isKnown, let reason = report.complaint {
                return onlyHere(dependency, reason, supervisor.pid, facts.unit.sandbox, shown)
            }
            if !reached.contains(true), report.isHealthy {
                return .warning(
                    .reach(dependency, .onlyReachableThere), "not reached from here, but workers reach it",
                    "the doctor sees it from another network or with other settings: run it where the workers run, with "
                        + "their --env-file", at: shown)
            }
            return nil
        }
    }

    private static func onlyHere(
        _ dependency: Dependency, _ reason: String, _ pid: Int32, _ sandbox: String?, _ shown: String
    ) -> Finding {
        let box = sandbox.map { "; the unit sets \($0)" } ?? ""
        return .broken(
            .reach(dependency, .onlyReachableHere), "reached from here, but workers report: \(reason)",
            "workers run in another network namespace, sandbox or container, or with other settings\(box): compare with "
                + "nsenter -n -t \(pid), and reload after a change of settings", at: shown)
    }
}

extension FindingID {
    /// Of the service itself, what it holds included.
    fileprivate func isOf(_ dependency: Dependency) -> Bool {
        text.hasPrefix(dependency.rawValue + ".") || (dependency == .qdrant && text.hasPrefix("collection."))
    }
}
