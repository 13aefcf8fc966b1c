/// What this machine, or container, tells of itself.
struct HostFacts {
    struct Variable: Equatable {
        var name: String
        /// Without secrets.
        var value: String
    }

    var isContainer = false
    /// The proxy variables of the environment that are set.
    var proxies: [Variable] = []
    var noProxy = ""
    /// Processes that could be a service, by its name.
    var processes: [Dependency: Int32] = [:]
    /// Units that could be a service, and whether they run.
    var units: [Dependency: (name: String, isActive: Bool)] = [:]
}

/// `no_proxy`, as curl reads it: hosts and domains between commas, "*" for all.
enum NoProxy {
    static func covers(_ host: String, _ list: String) -> Bool {
        let host = host.lowercased()
        return list.lowercased().split { $0 == "," || $0.isWhitespace }.contains { entry in
            if entry == "*" { return true }
            let domain = entry.drop { $0 == "." }
            return host == domain || host.hasSuffix("." + domain)
        }
    }
}
