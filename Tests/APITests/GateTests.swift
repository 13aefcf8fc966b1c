import HTTPServing
import Testing

@testable import pulse_api

@Suite struct `The gate judges by the head alone` {
    private static let secret = "0123456789abcdef0123456789abcdef"

    private func status(
        _ gate: Gate, _ method: String, _ path: String, _ headers: [(name: String, value: String)]
    ) throws -> Int? {
        guard case .found(let endpoint, _) = Endpoint.match(method, path) else {
            throw Missing()
        }
        let request = HTTPRequest(method: method, path: path, headers: headers, peerAddress: "192.0.2.1")
        return gate.refusal(of: request, endpoint, isCounted: true)?.status
    }

    private struct Missing: Error {}

    @Test func `with a secret it wants the secret`() throws {
        let gate = Gate(secret: Self.secret, webhookSecret: nil, perMinute: nil)
        let good = (name: "authorization", value: "Bearer \(Self.secret)")
        #expect(try status(gate, "POST", "/api/index", []) == 401)
        #expect(try status(gate, "POST", "/api/index", [good]) == nil)
        #expect(try status(gate, "GET", "/api/stats", [good, good]) == 401)
        #expect(try status(gate, "GET", "/health", []) == nil)
        #expect(try status(gate, "GET", "/openapi.json", []) == nil)
        let refusal = gate.refusal(
            of: HTTPRequest(method: "GET", path: "/api/stats"), try #require(Endpoint.all.first { $0.route == .stats }),
            isCounted: true)
        #expect(refusal?.headers.contains { $0 == ("WWW-Authenticate", "Bearer") } == true)
    }

    @Test func `without one it wants what no web page can send`() throws {
        let gate = Gate(secret: nil, webhookSecret: nil, perMinute: nil)
        let json = (name: "Content-Type", value: "application/json; charset=utf-8")
        let here = (name: "Host", value: "localhost:52100")
        #expect(try status(gate, "POST", "/api/index", [here, json]) == nil)
        #expect(try status(gate, "POST", "/api/index", [here]) == 415)
        #expect(try status(gate, "POST", "/api/index", [here, ("Content-Type", "text/plain")]) == 415)
        #expect(try status(gate, "POST", "/api/index", [here, json, json]) == 415)
        #expect(try status(gate, "POST", "/api/index", [("Host", "rebound.example"), json]) == 403)
        #expect(try status(gate, "GET", "/api/stats", [("Host", "rebound.example")]) == 403)
    }

    @Test func `a webhook needs a signature and nothing else`() throws {
        let gate = Gate(secret: Self.secret, webhookSecret: "w", perMinute: 1)
        let signature = (name: "X-Firecrawl-Signature", value: "sha256=" + String(repeating: "ab", count: 32))
        for _ in 0..<3 { #expect(try status(gate, "POST", "/api/webhook/firecrawl", [signature]) == nil) }
        #expect(try status(gate, "POST", "/api/webhook/firecrawl", []) == 401)
        #expect(try status(gate, "POST", "/api/webhook/firecrawl", [("X-Firecrawl-Signature", "sha256=0")]) == 400)
        let unset = Gate(secret: nil, webhookSecret: nil, perMinute: nil)
        #expect(try status(unset, "POST", "/api/webhook/firecrawl", [signature]) == 500)
    }

    @Test func `an address that asks too often waits; probes never do`() throws {
        let gate = Gate(secret: Self.secret, webhookSecret: nil, perMinute: 2)
        for _ in 0..<2 { #expect(try status(gate, "POST", "/api/index", []) == 401) }
        #expect(try status(gate, "POST", "/api/index", []) == 429)
        for path in ["/health", "/livez", "/readyz"] { #expect(try status(gate, "GET", path, []) == nil) }
    }
}

@Suite struct `How often an address may ask` {
    @Test func `a minute's requests at once, then as they come`() {
        var buckets = TokenBuckets(perMinute: 60)
        for _ in 0..<60 { #expect(buckets.take(for: "a", now: 0) == nil) }
        #expect(buckets.take(for: "a", now: 0) == 1)
        #expect(buckets.take(for: "b", now: 0) == nil)
        #expect(buckets.take(for: "a", now: 0.5) == 0.5)
        #expect(buckets.take(for: "a", now: 1) == nil)
        #expect(buckets.take(for: "a", now: 1) == 1)
    }

    @Test func `however many addresses there are, few are remembered`() {
        var buckets = TokenBuckets(perMinute: 1, most: 100)
        for number in 0..<10_000 { _ = buckets.take(for: "\(number)", now: Double(number)) }
        #expect(buckets.count <= 100)
        #expect(buckets.take(for: "9999", now: 9999) != nil, "the newest is remembered")
    }
}

@Suite struct `Pages of other origins` {
    @Test func `may call when they are named`() {
        let origins = CrossOrigins(allowed: ["https://app.example"])
        #expect(
            origins.headers(for: "https://App.Example").contains {
                $0 == ("Access-Control-Allow-Origin", "https://App.Example")
            })
        #expect(origins.headers(for: "https://evil.example").map(\.name) == ["Vary"])
        let answer = origins.preflight(
            method: "OPTIONS", origin: "https://app.example", asks: "POST", wants: "authorization")
        #expect(answer?.isAllowed == true)
        #expect(answer?.headers.contains { $0 == ("Access-Control-Allow-Headers", "authorization") } == true)
        #expect(
            origins.preflight(method: "OPTIONS", origin: "https://evil.example", asks: "POST", wants: nil)?.isAllowed
                == false)
        #expect(origins.preflight(method: "OPTIONS", origin: nil, asks: "POST", wants: nil) == nil)
    }

    @Test func `may not when nobody says so`() {
        let origins = CrossOrigins(allowed: [])
        #expect(origins.headers(for: "https://app.example").isEmpty)
        #expect(origins.preflight(method: "OPTIONS", origin: "https://app.example", asks: "POST", wants: nil) == nil)
    }

    @Test func `a wanted header that would end the header is not repeated`() {
        let answer = CrossOrigins(allowed: ["*"]).preflight(
            method: "OPTIONS", origin: "null", asks: "POST", wants: "a\r\nb: c")
        #expect(answer?.headers.contains { $0.name == "Access-Control-Allow-Headers" } == false)
        #expect(answer?.headers.first?.value == "*")
    }
}

@Suite struct `What a path asks for` {
    @Test(.timeLimit(.minutes(1))) func `many marks ask for nothing, at once`() {
        let marks = String(repeating: "\u{316}\u{301}", count: 200_000)
        #expect(Endpoint.match("GET", "/" + marks) == .nothing)
        guard case .found(let endpoint, let argument) = Endpoint.match("GET", "/api/jobs/é") else {
            return #expect(Bool(false), "nothing")
        }
        #expect(endpoint.route == .job && argument == "é")
        #expect(!MediaType.wantsPage(accept: marks) && !MediaType.isJSON(marks))
    }
}

@Suite struct `A request's name` {
    @Test func `is the client's own while it is harmless`() {
        #expect(RequestID.sane("abc-123") == "abc-123")
        for text in ["", "a b", "a\r\nb", "é", String(repeating: "x", count: 129)] {
            #expect(RequestID.sane(text) == nil)
        }
        #expect(RequestID.sane(nil) == nil)
    }

    @Test func `else ours`() { #expect(RequestID.fresh(1, .max) == "0000000000000001ffffffffffffffff") }
}

@Suite struct `A reason for everybody` {
    @Test(arguments: [
        ("connection refused (http://10.0.0.1:6333)", "connection refused"),
        ("HTTP 502 Bad Gateway (https://tei.internal/embed): <html>", "HTTP 502 Bad Gateway : <html>"),
        (
            "does not let our user do this (NOPERM no right) (redis://h:1)",
            "does not let our user do this (NOPERM no right)"
        ),
        (
            "has no sentinel that answers (10.0.0.5:26379: connection refused; s2:26379: socket cannot be opened (x))",
            "has no sentinel that answers"
        ),
        ("has a failover going on (sentinels name [fd00::1]:6380, which is a replica)", "has a failover going on"),
        (
            #"master "main" is unknown to the sentinels (10.0.0.5:26379, s2:26379)"#,
            #"master "main" is unknown to the sentinels"#
        ),
        ("was at 10.0.0.5, since 12:30:05 (Redis 7.0.15, ERR: 3)", "was at since 12:30:05 (Redis 7.0.15, ERR: 3)"),
        ("moved to http://10.0.0.1/x now", "moved to now"), ("open (never closed", "open (never closed"),
    ]) func `has no address`(_ reason: String, _ shown: String) { #expect(PublicReason.text(reason) == shown) }
}
