import Foundation
import Reporting
import Testing

extension EndToEnd {
    /// One way in which a service can be away when Pulse starts, and the words for it.
    struct Absence: Sendable, CustomTestStringConvertible {
        var service: String
        var words: String
        /// Whether it comes back by itself in the test.
        var heals = false
        var qdrant = FakeQdrant.State()
        var arrange: @Sendable (Product) async throws -> (settings: [String: String], keep: RawServer?)

        var testDescription: String { "\(service): \(words)" }

        static func address(_ service: String, _ words: String, _ url: String) -> Absence {
            Absence(service: service, words: words) { _ in (["PULSE_\(service.uppercased())_URL": url], nil) }
        }

        static func refused(_ service: String) -> Absence {
            Absence(service: service, words: "connection refused", heals: true) { product in
                product.services.named(service).stop()
                return ([:], nil)
            }
        }

        static func silent(_ service: String, _ scheme: String, _ words: String) -> Absence {
            Absence(service: service, words: words) { _ in
                let server = try RawServer(nil)
                return (["PULSE_\(service.uppercased())_URL": "\(scheme)://127.0.0.1:\(server.port)"], server)
            }
        }

        static func answering(_ service: String, _ words: String, _ answer: ScriptedService.Answer) -> Absence {
            Absence(service: service, words: words, heals: true) { product in
                product.services.named(service).answer(everythingWith: answer)
                return ([:], nil)
            }
        }
    }

    private static let badGateway = ScriptedService.Answer.page("<html>502 Bad Gateway</html>", status: 502)

    static let absences: [Absence] = [
        .address("redis", "connection refused", "redis://127.0.0.1:1"),
        .address("redis", "host name not found", "redis://pulse-redis.invalid:6379"),
        .silent("redis", "redis", "did not answer within"),
        .refused("tei"), .silent("tei", "http", "no complete answer in time"),
        .address("tei", "host name not found", "http://pulse-tei.invalid:8080"),
        .answering("tei", "HTTP 502: a proxy answered for a dead backend", badGateway),
        .answering("tei", "inference failed: {\"error\":\"no model\"", .json(#"{"error":"no model"}"#, status: 424)),
        .answering("tei", "HTTP 404: not found", .json(#"{"error":"no such route"}"#, status: 404)),
        .answering("tei", "/info lacks what TEI writes there", .json(#"{"object":"list"}"#)),
        .refused("qdrant"), .silent("qdrant", "http", "no complete answer in time"),
        .address("qdrant", "host name not found", "http://pulse-qdrant.invalid:6333"),
        .answering("qdrant", "HTTP 502: a proxy answered for a dead backend", badGateway),
        Absence(service: "qdrant", words: "384", qdrant: FakeQdrant.State(dimension: 384)) { _ in ([:], nil) },
    ]

    @Suite struct OutagesAtStart {
        /// From the start to the moment when both the socket and pulsectl name service and cause.
        static let promise = Duration.seconds(5)

        @Test(arguments: EndToEnd.absences)
        func `a service that is away is named with its cause, its job waits, and it heals by itself`(absence: Absence)
            async throws
        {
            try await Product.with(qdrant: absence.qdrant) { product in
                let (settings, keep) = try await absence.arrange(product)
                let ids = try await product.enqueue(0..<2)
                let supervisor = try product.start(settings.merging(["PULSE_STARTUP": "wait"]) { $1 })
                try await supervisor.until("\(absence.service) is named") {
                    let service = await supervisor.document()?.services[absence.service]
                    return service?.state == .unhealthy && service?.reason?.contains(absence.words) == true
                }
                let taken = supervisor.began.duration(to: .now)
                print("EndToEnd: \(absence.testDescription): named \(taken) after the start")
                #expect(taken < Self.promise)
                try await supervisor.until("the worker waits") {
                    await supervisor.slot("worker.1")?.report?.activity == .waiting
                }
                let health = try await product.pulsectl("health")
                #expect(health.status == 1, "\(health.text)")
                #expect(health.text.contains(absence.service + " unhealthy: ") && health.text.contains(absence.words))
                #expect(health.text.contains("-> "), "a remedy is named: \(health.text)")
                let socket = product.folder + "/run/supervisor.sock"
                let curl = try await Program.run([
                    "/usr/bin/curl", "-sS", "--max-time", "5", "--unix-socket", socket, "http://pulse/status",
                ])
                #expect(curl.text.contains(#""status":"degraded""#) && curl.text.contains("\(absence.service) "))
                #expect(try await product.waiting() == ids)
                if absence.heals {
                    let service = product.services.named(absence.service)
                    service.answer(everythingWith: nil)
                    if absence.words == "connection refused" { try service.start() }
                    try await product.untilFinished(ids, by: supervisor)
                    try await supervisor.untilHealthy()
                    #expect(try await product.pulsectl("health").status == 0)
                }
                #expect(await supervisor.slot("worker.1")?.restarts == 0)
                supervisor.signal(SIGTERM)
                #expect(try await supervisor.exitCode() == 0, "\(supervisor.log)")
                #expect(try await product.waiting() == (absence.heals ? [] : ids))
                _ = keep
            }
        }

        @Test(arguments: ["redis", "tei", "qdrant"])
        func `with PULSE_STARTUP=fail the supervisor exits 69 and names service and cause`(service: String) async throws
        {
            try await Product.with { product in
                var settings = ["PULSE_STARTUP": "fail", "PULSE_STARTUP_TIMEOUT": "1s"]
                if service == "redis" {
                    settings["PULSE_REDIS_URL"] = "redis://127.0.0.1:1"
                } else {
                    product.services.named(service).stop()
                }
                let supervisor = try product.start(settings)
                #expect(try await supervisor.exitCode() == 69)
                let last = supervisor.log.split(separator: "\n").last { $0.contains("\(service) connection refused") }
                #expect(last != nil, "\(supervisor.log)")
                #expect(product.processes().isEmpty)
                #expect(!FileManager.default.fileExists(atPath: product.folder + "/run"))
            }
        }
    }
}
