import Indexing

extension HostFacts {
    /// Of a process only the first 15 bytes of its name are kept by the kernel.
    private static let processes: [Dependency: Set<String>] = [
        .redis: ["redis-server", "valkey-server"], .qdrant: ["qdrant"], .tei: ["text-embeddings"],
    ]
    private static let units: [Dependency: [String]] = [
        .redis: ["redis-server", "redis", "valkey-server", "valkey"], .qdrant: ["qdrant"],
        .tei: ["text-embeddings-router", "text-embeddings-inference", "tei"],
    ]
    private static let proxyVariables = [
        "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
    ]

    init(_ files: HostFiles, environment: [String: String]) {
        self.init()
        isContainer =
            files.exists("/.dockerenv") || files.exists("/run/.containerenv")
            || environment["container"] != nil || environment["KUBERNETES_SERVICE_HOST"] != nil
        for name in Self.proxyVariables {
            guard let value = environment[name], !value.isEmpty else { continue }
            proxies.append(
                Variable(name: name, value: SanitizedURL(value.contains("://") ? value : "http://" + value).description)
            )
        }
        noProxy = environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
        for entry in files.names(in: "/proc") {
            guard let pid = Int32(entry), let name = files.text("/proc/\(entry)/comm") else { continue }
            let own = String(name.prefix { $0 != "\n" })
            for (dependency, names) in Self.processes where names.contains(own) { processes[dependency] = pid }
        }
        for (dependency, names) in Self.units { units[dependency] = InstalledUnit.find(names, files) }
    }
}
