/// Can the settings be read, and do they make sense?
enum SettingsFindings {
    static func of(_ facts: Facts) -> [Finding] {
        let settings = facts.settings
        var findings: [Finding] = []
        if let unreadable = settings.unreadable {
            findings.append(
                .broken(
                    .state(.envFileUnreadable), unreadable,
                    "run it as root or as a member of the file's group (sudo pulsectl doctor), or name another --env-file"
                ))
        }
        if !settings.problems.isEmpty {
            findings.append(
                .broken(
                    .state(.settingsInvalid), settings.problems.joined(separator: "; "),
                    "correct it in \(settings.sources.last ?? "the environment"); pulse-supervisor --help lists all settings"
                ))
        }
        if findings.isEmpty {
            findings.append(.fine(.state(.settingsFine), "read from \(settings.sources.joined(separator: " and "))"))
        }
        return findings
    }
}

/// Is a proxy in the way, or not in the way that somebody meant?
enum ProxyFindings {
    static func of(_ facts: Facts) -> [Finding] {
        guard facts.settings.problems.isEmpty, facts.settings.unreadable == nil else { return [] }
        guard let proxy = facts.proxy else { return ignored(facts) }
        switch facts.proxySight {
        case .seen: return [.fine(.reach(.proxy, .fine), "takes connections", at: proxy.shown)]
        case .trouble(let trouble):
            return [ReachFindings.finding(.proxy, trouble, Service<Int>(address: proxy), facts)]
        case .pending:
            return [
                .broken(
                    .reach(.proxy, .timeout), "no connection came about in the doctor's time",
                    "check PULSE_HTTP_PROXY, and whether that host is up", at: proxy.shown)
            ]
        }
    }

    /// Only where a service is not reached is it worth a warning.
    private static func ignored(_ facts: Facts) -> [Finding] {
        guard let variable = facts.host.proxies.first else { return [] }
        var asked = [(facts.qdrant.address, facts.qdrant.sight.value != nil)]
        asked += facts.tei.map { ($0.address, $0.sight.value != nil) }
        let direct = asked.filter { !$0.0.isLoopback && !NoProxy.covers($0.0.host, facts.host.noProxy) }
        guard let some = direct.first(where: { !$0.1 }) ?? direct.first else { return [] }
        let cause = "\(variable.name)=\(variable.value) is set; workers ignore it and ask \(some.0.shown) directly"
        if some.1 { return [.fine(.state(.proxyIgnored), cause)] }
        return [
            .warning(
                .state(.proxyIgnored), cause,
                "if \(some.0.host) is reached through that proxy only, set PULSE_HTTP_PROXY=\(variable.value)")
        ]
    }
}
