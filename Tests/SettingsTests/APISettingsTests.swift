import Settings
import Testing

@Suite struct `Settings of the API` {
    private func settings(_ environment: [String: String]) throws -> Settings {
        try Settings(environment: environment, effectiveUser: 0)
    }

    private func problems(_ environment: [String: String]) -> [String] {
        do {
            _ = try settings(environment)
            return []
        } catch { return (error as? SettingsError)?.problems ?? ["\(error)"] }
    }

    private static let long = String(repeating: "s", count: 32)

    @Test func `there is none unless it is asked for, and the product's port is none of ours`() throws {
        let settings = try settings(["WEBHOOK_PORT": "52100"])
        #expect(settings.api == nil && settings.apiSecret == nil && settings.webhookSecret == nil)
        #expect(settings.corsOrigins == [] && settings.apiRate == nil && settings.jobTimeout == 600_000_000_000)
    }

    @Test func `the product's own names work unchanged`() throws {
        let settings = try settings([
            "PULSE_API": "0.0.0.0:52100", "WEBHOOK_API_SECRET": Self.long, "WEBHOOK_SECRET": "signed",
            "WEBHOOK_CORS_ORIGINS": #"["http://localhost:3000/", "https://A.example"]"#, "WEBHOOK_RRF_K": "20",
            "WEBHOOK_INDEXING_JOB_TIMEOUT": "5m",
        ])
        #expect(settings.api?.description == "0.0.0.0:52100" && settings.apiSecret == Self.long)
        #expect(settings.webhookSecret == "signed" && settings.fusionK == 20)
        #expect(settings.corsOrigins == ["http://localhost:3000", "https://a.example"])
        #expect(settings.jobTimeout == 300_000_000_000)
    }

    @Test(arguments: ["127.0.0.1:1", "127.8.9.1:1", "[::1]:1", "[0:0:0:0:0:0:0:1]:1", "[::ffff:127.0.0.1]:1"])
    func `this machine alone may come without a secret, or with a short one`(place: String) {
        #expect(problems(["PULSE_API": place]) == [])
        #expect(problems(["PULSE_API": place, "PULSE_API_SECRET": "short"]) == [])
    }

    @Test(arguments: [
        "0.0.0.0:1", ":1", "[::]:1", "10.0.0.1:1", "[fe80::1]:1", "[::2:1]:1", "[::ffff:10.0.0.1]:1", "[1::1]:1",
    ])
    func `others need one that cannot be guessed`(place: String) throws {
        for secret in [
            [:], ["PULSE_API_SECRET": "short-and-secret"], ["WEBHOOK_API_SECRET": String(Self.long.dropLast())],
        ] {
            let told = problems(["PULSE_API": place].merging(secret) { $1 })
            #expect(told.count == 1 && told[0].hasPrefix("PULSE_API=\(place): "), "\(told)")
            #expect(!told.joined().contains("short-and-secret"))
        }
        #expect(problems(["PULSE_API": place, "PULSE_API_SECRET": Self.long]) == [])
    }

    @Test func `every web page at once may come with a secret only`() throws {
        let open = ["PULSE_API": "127.0.0.1:1", "WEBHOOK_CORS_ORIGINS": #"["*"]"#]
        let told = problems(open)
        #expect(told.count == 1 && told[0].hasPrefix("PULSE_CORS_ORIGINS=*: "), "\(told)")
        #expect(problems(open.merging(["PULSE_API_SECRET": "short"]) { $1 }) == [])
        #expect(problems(open.merging(["WEBHOOK_CORS_ORIGINS": "http://a"]) { $1 }) == [])
    }

    @Test(arguments: [
        ("*", ["*"]), ("http://a", ["http://a"]), ("http://a:1, https://b.c", ["http://a:1", "https://b.c"]),
        ("[]", []), (#"["*"]"#, ["*"]), ("http://[::1]:3000", ["http://[::1]:3000"]),
    ])
    func `origins are a list, as text or JSON`(text: String, origins: [String]) throws {
        #expect(try settings(["PULSE_CORS_ORIGINS": text]).corsOrigins == origins)
    }

    @Test(arguments: [
        "a", "http://a/path", "*,http://a", "http://a,", #"["http://a""#, "[http://a]", "http://u:p@a", "null",
    ])
    func `what is no list of origins is refused`(text: String) {
        #expect(problems(["PULSE_CORS_ORIGINS": text]).count == 1)
    }

    @Test(arguments: [
        ["PULSE_API_RATE": "0"], ["PULSE_API_RATE": "100/minute"], ["PULSE_JOB_TIMEOUT": "500ms"],
        ["PULSE_JOB_TIMEOUT": "25h"], ["PULSE_API": "localhost:52100"], ["PULSE_API": "52100"],
    ])
    func `other values are refused`(setting: [String: String]) { #expect(problems(setting).count == 1) }
}
