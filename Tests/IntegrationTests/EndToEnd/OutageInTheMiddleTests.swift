import Reporting
import Testing

@testable import JobQueue

extension EndToEnd {
    /// A service lost while jobs are in hand, and how it comes back.
    struct Loss: Sendable, CustomTestStringConvertible {
        var name: String
        var service: String
        var words: [String]
        var lose: @Sendable (Product) async throws -> Void
        var mend: @Sendable (Product) async throws -> Void

        var testDescription: String { "\(service): \(name)" }

        static func stopped(_ service: String) -> Loss {
            // What was on its way is cut, what comes next is refused; either may be the last that was heard.
            Loss(
                name: "stopped", service: service,
                words: ["connection refused", "connection closed before the answer was complete"],
                lose: { $0.services.named(service).stop() }, mend: { try $0.services.named(service).start() })
        }

        static func proxy(_ service: String) -> Loss {
            let page = ScriptedService.Answer.page("<html>502 Bad Gateway</html>", status: 502)
            return Loss(
                name: "a proxy answers for it", service: service, words: ["a proxy answered for a dead backend"],
                lose: { $0.services.named(service).answer(everythingWith: page) },
                mend: { $0.services.named(service).answer(everythingWith: nil) })
        }

        static func silent(_ service: String) -> Loss {
            Loss(
                name: "answers no more", service: service, words: ["no complete answer in time"],
                lose: { $0.services.named(service).hold { _ in true } }, mend: { $0.services.named(service).release() })
        }
    }

    static let losses: [Loss] = [
        .stopped("tei"), .stopped("qdrant"), .proxy("tei"), .proxy("qdrant"), .silent("tei"), .silent("qdrant"),
        Loss(
            name: "stopped", service: "redis", words: ["connection refused", "connection was closed", "socket cannot"],
            lose: { $0.server.stop() }, mend: { try await $0.server.start() }),
        Loss(
            name: "answers no more", service: "redis", words: ["did not answer within"],
            lose: { try await $0.pauseRedis(seconds: 8) }, mend: { _ in }),
    ]

    @Suite struct OutagesInTheMiddle {
        @Test(arguments: EndToEnd.losses)
        func `a service lost in the middle is named, no job fails, and work goes on when it is back`(loss: Loss)
            async throws
        {
            try await Product.with(durable: true) { product in
                let supervisor = try product.start(["PULSE_WORKERS": "2", "PULSE_MAX_JOBS_IN_FLIGHT": "2"])
                try await supervisor.untilHealthy()
                let first = try await product.enqueue(0..<4)
                try await product.untilFinished(first, by: supervisor)
                product.services.teiService.hold(\.embedsDocument)
                let ids = try await product.enqueue(4..<16)
                try await supervisor.until("four are in hand") { product.services.teiService.held == 4 }
                let pids = await supervisor.workers()

                try await loss.lose(product)
                let lost = ContinuousClock.now
                if loss.service != "tei" || loss.name != "answers no more" { product.services.teiService.release() }
                try await supervisor.until("\(loss.service) is named") {
                    let service = await supervisor.document()?.services[loss.service]
                    return service?.state == .unhealthy && loss.words.contains { service?.reason?.contains($0) == true }
                }
                let taken = lost.duration(to: .now)
                print("EndToEnd: \(loss.testDescription): named \(taken) after it was lost")
                #expect(taken < .seconds(5))
                let health = try await product.pulsectl("health")
                #expect(health.status == 1 && health.text.contains("\(loss.service) unhealthy: "), "\(health.text)")

                if loss.service == "redis", loss.name != "answers no more" {
                    try await supervisor.until("nobody claims to know the queue's length") {
                        guard let document = await supervisor.document() else { return false }
                        return document.queued == nil
                    }
                }

                try await loss.mend(product)
                let mended = ContinuousClock.now
                try await supervisor.until("\(loss.service) serves again") {
                    await supervisor.document()?.services[loss.service]?.state == .healthy
                }
                print("EndToEnd: \(loss.testDescription): healthy \(mended.duration(to: .now)) after it was mended")
                try await product.untilFinished(first + ids, by: supervisor)
                try await supervisor.untilHealthy()
                #expect(await supervisor.workers() == pids, "nobody died of it")
                #expect(product.services.qdrant.points.count == 16)
                #expect(try await product.call("ZCARD", "rq:failed:indexing").integer == 0)
            }
        }
    }
}

extension Product {
    /// For so long Redis takes what clients send and answers nothing.
    func pauseRedis(seconds: Int) async throws { _ = try await call("CLIENT", "PAUSE", "\(seconds)000", "ALL") }
}
