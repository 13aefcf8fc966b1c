/// Is a dependency reached, by whom, and until when?
enum ReachFindings {
    /// Certificates that end sooner are worth a warning.
    private static let certificateDays = 14
    /// Seconds; jobs are ordered by the producers' clocks.
    static let mostSkew = 5.0

    static func of(_ dependency: Dependency, _ facts: Facts) -> [Finding] {
        guard facts.settings.problems.isEmpty, facts.settings.unreadable == nil else { return [] }
        switch dependency {
        case .proxy: return []
        case .redis: return of(dependency, facts.redis, facts, fine: words(facts.redis.sight.value))
        case .qdrant: return of(dependency, facts.qdrant, facts, fine: words(facts.qdrant.sight.value))
        case .tei:
            // While one of several serves, the others are missed and nothing stands still.
            let serves = facts.tei.contains { $0.sight.value != nil }
            return facts.tei.flatMap { of(dependency, $0, facts, fine: words($0.sight.value)) }.map { finding in
                var milder = finding
                if serves { milder.severity = min(finding.severity, .warning) }
                return milder
            }
        }
    }

    private static func of<Value: Sendable>(
        _ dependency: Dependency, _ service: Service<Value>, _ facts: Facts, fine: String
    ) -> [Finding] {
        let shown = service.address.shown
        var findings: [Finding] = []
        switch service.sight {
        case .pending:
            findings.append(
                .broken(
                    .reach(dependency, .unfinished), "no verdict within the doctor's 10 s",
                    "it is very slow or half dead: look at its load and its log", at: shown))
        case .trouble(let trouble): findings.append(finding(dependency, trouble, service, facts))
        case .seen: findings.append(.fine(.reach(dependency, .fine), fine, at: shown))
        }
        if let left = service.certificateSecondsLeft, left > 0, left < certificateDays * 86_400 {
            findings.append(
                .warning(
                    .reach(dependency, .certificateExpiring),
                    "its certificate expires in \(elapsed(Double(left)))",
                    "renew it, and have the server load it: afterwards no worker connects", at: shown))
        }
        if let offset = service.clockOffset, abs(offset) > mostSkew {
            findings.append(
                .warning(
                    .reach(dependency, .clockSkew),
                    "its clock is \(elapsed(abs(offset))) \(offset > 0 ? "ahead of" : "behind") this host's",
                    "synchronise both (timedatectl, chronyc tracking): documents are ordered by their jobs' times, and "
                        + "certificates end by them", at: shown))
        }
        return findings
    }

    /// A trouble with what is known besides: who should listen, who does, where else it answers.
    static func finding<Value: Sendable>(
        _ dependency: Dependency, _ trouble: Trouble, _ service: Service<Value>, _ facts: Facts
    ) -> Finding {
        var id = trouble.id
        var cause = trouble.reason
        var remedy = trouble.remedy ?? "look at its log"
        // Of a Unix socket, and of several sentinels, the trouble itself knows best.
        guard case .reach(_, let symptom) = trouble.id, !service.address.host.isEmpty else {
            return .broken(id, cause, remedy, at: service.address.shown)
        }
        let advice = ReachAdvice(dependency: dependency, address: service.address, host: facts.host)
        switch symptom {
        case .refused where advice.isNowhereInContainer:
            id = .reach(dependency, .localhostInContainer)
            cause += ", and localhost inside a container is the container itself"
            remedy = advice.outsideContainer
        case .refused: remedy = advice.whoShouldListen
        case .nameNotFound: remedy = advice.name(cause)
        case .timeout, .unreachable: remedy = advice.path
        case .badGateway: remedy = advice.behindProxy(direct: service.direct, forward: facts.proxy?.shown)
        case .tls where (service.certificateSecondsLeft ?? 1) <= 0, .certificateExpired:
            id = .reach(dependency, .certificateExpired)
            if !cause.contains("has expired") { cause += "; the certificate has expired" }
            cause += service.certificateSecondsLeft.map { " (\(elapsed(Double(-min(0, $0)))) ago)" } ?? ""
            remedy = "renew the certificate of \(service.address.host), and have the server load it"
        case .wrongService, .connectionCut, .tls, .silent:
            if let speaker = service.speaker, let answer = advice.wrongSpeaker(speaker, symptom) {
                id = .reach(dependency, .wrongService)
                cause += "; \(speaker.title) answers there"
                remedy = answer
            }
        default: break
        }
        return .broken(id, cause, remedy, at: service.address.shown)
    }

    private static func words(_ redis: RedisFacts?) -> String { "Redis \(redis?.version ?? "")" }

    private static func words(_ store: StoreFacts?) -> String {
        store?.version.map { "Qdrant \($0)" } ?? "answers, without its version"
    }

    private static func words(_ tei: EmbeddingFacts?) -> String {
        guard let tei else { return "answers" }
        return "\(tei.model), \(tei.dimension) dimensions, \(tei.window) tokens; batches of \(tei.clientBatch), "
            + "\(tei.concurrent) permits"
    }
}
