import Foundation
import Reporting
import Testing

@testable import JobQueue

extension EndToEnd {
    /// The doctor and a whole installation.
    @Suite struct DoctorProbes {
        private func findings(_ outcome: Program.Outcome) throws -> [String: [String: Any]] {
            let answer = try JSONSerialization.jsonObject(with: Data(outcome.text.utf8)) as? [String: Any]
            let all = try #require(answer?["findings"] as? [[String: Any]], "\(outcome.text)")
            return Dictionary(all.map { ($0["id"] as? String ?? "", $0) }) { first, _ in first }
        }

        @Test func `a canary goes the whole way and leaves nothing`() async throws {
            try await Product.with(durable: true) { product in
                let supervisor = try product.start()
                try await supervisor.untilHealthy()
                let outcome = try await product.pulsectl("doctor", "--probe", "--json", "--root", product.folder)
                let found = try findings(outcome)
                #expect(outcome.status == 0, "\(outcome.text)")
                let words = try #require(found["probe.ok"]?["cause"] as? String, "\(outcome.text)")
                for step in ["enqueue", "queue", "index", "search", "delete"] {
                    #expect(words.contains("\(step) "), "\(words)")
                }
                #expect(found["supervisor.ok"] != nil && found["workers.ok"] != nil && found["collection.ok"] != nil)
                #expect(product.services.qdrant.points.isEmpty, "its points are gone")
                #expect(try await product.call("KEYS", "rq:job:*").array?.isEmpty == true, "and its job")
                #expect(try await product.waiting().isEmpty)
            }
        }

        @Test func `a canary that nobody finishes is told of and taken away`() async throws {
            try await Product.with(durable: true) { product in
                let supervisor = try product.start()
                try await supervisor.untilHealthy()
                product.services.teiService.hold(\.embedsDocument)
                async let outcome = product.pulsectl(
                    "doctor", "--probe", "--probe-timeout", "1", "--json", "--root", product.folder)
                let found = try findings(try await outcome)
                product.services.teiService.release()
                #expect(
                    (found["probe.job-unfinished"]?["cause"] as? String)?.contains("still started") == true, "\(found)")
                #expect(found["probe.not-cleaned-up"] == nil, "\(found)")
                // Whatever the worker still had in hand, it has written by then.
                try await supervisor.until("the worker has let go of it") {
                    await supervisor.slot("worker.1")?.report?.inFlight == 0
                }
                #expect(product.services.qdrant.points.isEmpty)
                #expect(try await product.call("KEYS", "rq:job:*").array?.isEmpty == true)
            }
        }

        @Test func `an interrupted canary is taken away as well`() async throws {
            try await Product.with(durable: true) { product in
                let supervisor = try product.start()
                try await supervisor.untilHealthy()
                product.services.teiService.hold(\.embedsDocument)
                let child = try SpawnedChild(
                    [Program.control.path, "doctor", "--probe", "--json", "--root", product.folder],
                    environment: product.environment().map { "\($0)=\($1)" })
                try await supervisor.until("it is in hand") { product.services.teiService.held == 1 }
                kill(child.pid, SIGINT)
                try await supervisor.until("nothing is left") {
                    try await product.call("KEYS", "rq:job:*").array?.isEmpty == true
                        && product.services.qdrant.points.isEmpty
                }
                #expect(child.wait() == 2)
                product.services.teiService.release()
            }
        }

        @Test func `what workers report and the doctor sees may differ`() async throws {
            try await Product.with(durable: true) { product in
                let supervisor = try product.start(["PULSE_STARTUP": "wait", "PULSE_QDRANT_URL": "http://127.0.0.1:1"])
                try await supervisor.until("they report it") {
                    await supervisor.document()?.services["qdrant"]?.state == .unhealthy
                }
                let outcome = try await product.pulsectl("doctor", "--json", "--root", product.folder)
                let found = try findings(outcome)
                #expect(outcome.status == 2)
                let cause = found["qdrant.only-reachable-here"]?["cause"] as? String
                #expect(cause?.contains("workers report: connection refused (http://127.0.0.1:1)") == true, "\(found)")
                #expect(found["qdrant.ok"] != nil)
            }
        }
    }
}
