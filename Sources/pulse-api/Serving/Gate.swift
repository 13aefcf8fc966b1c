import Glibc
import HTTPServing
import Synchronization

/// Who is let in, judged by a request's head alone: nobody's body is waited for before.
final class Gate: Sendable {
    private let secret: String?
    private let webhookSecret: String?
    /// Nil = nobody is asked to wait.
    private let buckets: Mutex<TokenBuckets?>

    /// - Parameters:
    ///   - secret: nil = only this machine can connect, and whoever is on it may ask.
    ///   - perMinute: requests that one address may send; nil = any number.
    init(secret: String?, webhookSecret: String?, perMinute: Int?) {
        self.secret = secret
        self.webhookSecret = webhookSecret
        buckets = Mutex(perMinute.map { TokenBuckets(perMinute: $0) })
    }

    /// What keeps it out; nil = nothing.
    ///
    /// - Parameter isCounted: it counts against its address's rate.
    func refusal(of request: HTTPRequest, _ endpoint: Endpoint, isCounted: Bool) -> HTTPResponse? {
        if isCounted, endpoint.isRated, let wait = tooOften(request) { return wait }
        switch endpoint.access {
        case .signature: return unsigned(request)
        case .secret:
            if let stranger = stranger(request) { return stranger }
        case .anyone: break
        }
        return endpoint.method == "POST" ? notJSON(request) : nil
    }

    private func stranger(_ request: HTTPRequest) -> HTTPResponse? {
        guard let secret else {
            guard !LocalCaller.isLocal(host: request.header("Host")) else { return nil }
            return .detail(
                403, "Without PULSE_API_SECRET only requests to localhost are answered, and Host names another machine")
        }
        return switch Credentials.check(request.headers("Authorization"), secret: secret) {
        case .good: nil
        case .missing: .unauthorized("Missing Authorization header")
        case .wrong: .unauthorized("Invalid credentials")
        }
    }

    /// What the header alone tells; whether it fits the body is the route's to find out.
    private func unsigned(_ request: HTTPRequest) -> HTTPResponse? {
        guard webhookSecret != nil else {
            return .detail(500, "Webhook secret is not configured: set PULSE_WEBHOOK_SECRET (WEBHOOK_SECRET)")
        }
        return switch SignatureHeader.read(request.headers(SignatureHeader.name)) {
        case .digest: nil
        case .missing: .unauthorized("Missing \(SignatureHeader.name) header")
        case .malformed: .detail(400, "Invalid \(SignatureHeader.name) format: sha256=<64 hex digits> is expected")
        }
    }

    /// A body that does not say what it is counts as JSON where a secret shows that no web page sent it.
    private func notJSON(_ request: HTTPRequest) -> HTTPResponse? {
        let types = request.headers("Content-Type")
        if types.isEmpty, secret != nil { return nil }
        if types.count == 1, MediaType.isJSON(types[0]) { return nil }
        return .detail(415, "Content-Type must be application/json")
    }

    private func tooOften(_ request: HTTPRequest) -> HTTPResponse? {
        guard let address = request.peerAddress else { return nil }
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        let now = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        guard let wait = buckets.withLock({ $0?.take(for: address, now: now) }) else { return nil }
        return .json(
            429, ["error": "Rate limit exceeded: too many requests from this address"],
            headers: [("Retry-After", "\(Int(wait.rounded(.up)))")])
    }
}
