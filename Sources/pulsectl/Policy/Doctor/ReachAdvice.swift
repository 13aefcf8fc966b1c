/// What to do about an address that does not serve, from what is known of this host.
struct ReachAdvice {
    let dependency: Dependency
    let address: Address
    let host: HostFacts

    private var place: String { "port \(address.port)" }

    /// Refused: the host is there, and nothing listens.
    var whoShouldListen: String {
        let fix = "or fix \(dependency.setting)"
        guard address.isLoopback else {
            return
                "the host \(address.host) is up, but nothing listens on its \(place): start \(dependency.title) there "
                + "(docker ps, systemctl status \(unit)), \(fix)"
        }
        if let pid = host.processes[dependency] {
            return
                "\(dependency.title) runs (pid \(pid)) but does not listen on \(place) here: look at its configuration "
                + "and its log, \(fix)"
        }
        if let known = host.units[dependency] {
            return known.isActive
                ? "\(known.name) is active but does not listen on \(place): journalctl -u \(known.name), \(fix)"
                : "\(known.name) is installed and does not run: systemctl start \(known.name), \(fix)"
        }
        return "nothing listens on \(place), and no \(process) runs on this host: start it "
            + "(its unit, or docker compose up -d \(dependency.rawValue)), \(fix)"
    }

    /// A container's own loopback, and nothing in it that could be meant.
    var isNowhereInContainer: Bool {
        host.isContainer && address.isLoopback && host.processes[dependency] == nil && host.units[dependency] == nil
    }

    var outsideContainer: String {
        "start it in this container, or put the service's name in the containers' network into \(dependency.setting) "
            + "(\(scheme)://\(dependency.rawValue):\(address.port)), or host.docker.internal"
    }

    /// - Parameter cause: the resolver's words in it.
    func name(_ cause: String) -> String {
        if cause.contains("no answer from the name servers") || cause.contains("Temporary failure") {
            return
                "the name servers in /etc/resolv.conf do not answer, so that no name is found: check them (resolvectl status) "
                + "and the network, or put an address into \(dependency.setting)"
        }
        let dots = address.host.contains(".")
        return "no name server or hosts file knows \(address.host): check the name in \(dependency.setting)"
            + (dots
                ? ", DNS (resolvectl query \(address.host)) and the VPN"
                : "; a container's name is known in its own network only")
    }

    var path: String {
        "\(address.host) is down, or a firewall, a missing route or a VPN that is off swallows packets: try ping and "
            + "traceroute from this host, open \(place), or fix \(dependency.setting)"
    }

    /// - Parameter forward: the proxy of PULSE_HTTP_PROXY, which may be the one that answered.
    func behindProxy(direct: String?, forward: String?) -> String {
        if let forward {
            return
                "start \(dependency.title) on its host; if it runs, the answer is that of PULSE_HTTP_PROXY=\(forward), which does "
                + "not reach \(address.host): mend it, or unset it where the host is reached directly"
        }
        let mend = "mend the proxy's upstream"
        if let direct {
            return "\(direct) answers directly: set \(dependency.setting)=\(direct), or \(mend)"
        }
        return
            "the proxy answers, \(dependency.title) behind it does not: start \(dependency.title) on its host, or \(mend); "
            + "to leave the proxy out, put the direct address into \(dependency.setting), such as \(example)"
    }

    /// nil = this speaker explains nothing.
    func wrongSpeaker(_ speaker: Speaker, _ symptom: Symptom) -> String? {
        let setting = dependency.setting
        switch speaker {
        case .redis:
            return dependency == .redis ? nil : "\(setting) names Redis's port: \(dependency.title)'s is \(usual)"
        case .grpc:
            return dependency == .qdrant
                ? "\(setting) names the gRPC port; REST is needed, usually on port 6333"
                : "\(setting) names a gRPC port; \(dependency.title) is spoken to by HTTP/1.1, usually on \(usual)"
        case .tls:
            if address.isEncrypted { return nil }
            return "the port wants TLS: begin \(setting) with \(dependency == .redis ? "rediss" : "https")://"
        case .http:
            if dependency == .redis { return "\(setting) names a port of HTTP: Redis's is usually 6379" }
            return symptom == .tls ? "the port speaks without TLS: begin \(setting) with http://" : nil
        case .qdrant:
            return dependency == .qdrant ? nil : "\(setting) names Qdrant's address: it takes \(dependency.title)'s"
        case .tei: return dependency == .tei ? nil : "\(setting) names TEI's address: it takes \(dependency.title)'s"
        case .ssh, .other: return "fix the port in \(setting): \(dependency.title)'s is usually \(usual)"
        }
    }

    private var scheme: String {
        switch dependency {
        case .redis: address.isEncrypted ? "rediss" : "redis"
        case .proxy, .qdrant, .tei: address.isEncrypted ? "https" : "http"
        }
    }

    private var usual: String {
        switch dependency {
        case .proxy: "3128"
        case .redis: "6379"
        case .qdrant: "6333"
        case .tei: "8080 or 80"
        }
    }

    private var example: String {
        dependency == .qdrant ? "http://\(address.host):6333" : "http://\(address.host):8080"
    }

    private var process: String {
        switch dependency {
        case .proxy: "proxy"
        case .redis: "redis-server"
        case .qdrant: "qdrant"
        case .tei: "text-embeddings-router"
        }
    }

    private var unit: String { dependency == .redis ? "redis-server" : process }
}
