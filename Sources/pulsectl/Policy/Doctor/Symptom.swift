/// What depends on an address: the services, and the proxy before them.
enum Dependency: String, CaseIterable {
    case proxy, redis, qdrant, tei

    /// As a person calls it.
    var title: String {
        switch self {
        case .proxy: "the HTTP proxy"
        case .redis: "Redis"
        case .qdrant: "Qdrant"
        case .tei: "TEI"
        }
    }

    /// Where its address stands.
    var setting: String {
        switch self {
        case .proxy: "PULSE_HTTP_PROXY"
        case .redis: "PULSE_REDIS_URL"
        case .qdrant: "PULSE_QDRANT_URL"
        case .tei: "PULSE_TEI_URL"
        }
    }
}

/// Why a dependency is not reached or not served by, from the cable upwards: what stands first hides what stands behind it.
enum Symptom: String, CaseIterable {
    case nameNotFound = "name-not-found"
    case localhostInContainer = "localhost-in-container"
    case unreachable
    case timeout
    case refused
    /// A Unix socket that cannot be opened.
    case socket
    case connectionCut = "connection-cut"
    case tls = "tls-failed"
    case certificateExpired = "certificate-expired"
    case wrongService = "wrong-service"
    case badGateway = "bad-gateway"
    case silent
    /// Not even the doctor's own time was enough.
    case unfinished
    case redirected
    case unauthorized
    case overloaded
    case failing
    case certificateExpiring = "certificate-expiring"
    case onlyReachableHere = "only-reachable-here"
    case onlyReachableThere = "only-reachable-there"
    case clockSkew = "clock-skew"
    case fine = "ok"

    /// A proxy and Redis cannot have what HTTP services have.
    func concerns(_ dependency: Dependency) -> Bool {
        switch self {
        case .badGateway, .redirected, .overloaded: dependency == .qdrant || dependency == .tei
        case .socket: dependency == .redis
        case .unfinished, .onlyReachableHere, .onlyReachableThere, .clockSkew, .failing, .silent, .wrongService,
            .certificateExpired, .certificateExpiring, .connectionCut, .unauthorized, .tls:
            dependency != .proxy
        case .nameNotFound, .localhostInContainer, .unreachable, .timeout, .refused, .fine: true
        }
    }

    /// A failed handshake by what OpenSSL had against it.
    static func ofTLS(_ detail: String) -> Symptom { detail.contains("has expired") ? .certificateExpired : .tls }
}
