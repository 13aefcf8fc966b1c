import CLinux
import Reporting
import Testing

@testable import JobQueue

extension EndToEnd {
    @Suite struct Stops {
        private static let settings = ["PULSE_WORKERS": "2", "PULSE_MAX_JOBS_IN_FLIGHT": "2"]

        @Test func `TERM under load: what runs is finished, the rest keeps its order, and the end is at once`()
            async throws
        {
            try await Product.with { product in
                let (supervisor, ids, endings) = try await Self.loaded(product, Self.settings)
                supervisor.signal(SIGTERM)
                try await supervisor.until("both drain") {
                    let slots = await supervisor.document()?.slots ?? []
                    return slots.count { $0.report?.activity == .draining } == 2
                }
                product.services.teiService.release()
                #expect(try await supervisor.exitCode() == 0)
                let last = try #require(endings.compactMap(\.at).max())
                let pause = last.duration(to: try #require(supervisor.ending.at))
                print("EndToEnd: the supervisor ended \(pause) after its last worker")
                #expect(pause < .seconds(1))
                #expect(try await product.waiting() == Array(ids.dropFirst(4)))
                #expect(try await product.count(Array(ids.prefix(4)), "finished") == 4)
                #expect(product.processes().isEmpty)
            }
        }

        @Test func `what cannot be finished in time goes back to the front, in its old order`() async throws {
            try await Product.with { product in
                let settings = Self.settings.merging(["PULSE_STOP_TIMEOUT": "2s"]) { $1 }
                let (supervisor, ids, _) = try await Self.loaded(product, settings)
                supervisor.signal(SIGTERM)
                #expect(try await supervisor.exitCode() == 0, "nobody had to be killed:\n\(supervisor.log)")
                #expect(try await product.waiting() == ids)
                #expect(try await product.count(ids, "queued") == ids.count)
                #expect(product.processes().isEmpty)
            }
        }

        @Test func `TERM while Redis is silent ends in time, and the next start finishes what was in hand`()
            async throws
        {
            try await Product.with { product in
                let settings = Self.settings.merging(["PULSE_STOP_TIMEOUT": "8s"]) { $1 }
                let (supervisor, ids, _) = try await Self.loaded(product, settings)
                try await product.pauseRedis(seconds: 13)
                try await supervisor.until("both miss redis") {
                    let redis = await supervisor.document()?.services["redis"]
                    return redis?.state == .unhealthy && redis?.reporters == nil
                }
                product.services.teiService.release()
                supervisor.signal(SIGTERM)
                #expect(try await supervisor.exitCode() == 0, "nobody had to be killed:\n\(supervisor.log)")
                let second = try product.start(settings.merging(["PULSE_STARTUP": "wait"]) { $1 })
                try await product.untilFinished(ids, by: second)
                #expect(product.services.qdrant.points.count == ids.count)
            }
        }

        @Test func `a suspect whose turn has not come goes back at once and does not hold up the stop`() async throws {
            try await Product.with { product in
                let settings = ["PULSE_WORKERS": "2", "PULSE_MAX_JOBS_IN_FLIGHT": "4", "PULSE_STOP_TIMEOUT": "25s"]
                let supervisor = try product.start(settings)
                try await supervisor.untilHealthy()
                product.services.teiService.hold(\.embedsDocument)
                let ids = try await product.enqueue(0..<6)
                try await supervisor.until("all are in hand, and one worker has room") {
                    let reports = await supervisor.document()?.slots.compactMap(\.report) ?? []
                    return product.services.teiService.held == 6 && reports.allSatisfy { $0.inFlight > 1 }
                }
                let slots = try #require(await supervisor.document()?.slots)
                let victim = try #require(slots.max { $0.report?.inFlight ?? 0 < $1.report?.inFlight ?? 0 })
                kill(try #require(victim.pid), SIGKILL)
                let sibling = try #require(slots.first { $0.slot != victim.slot }?.report?.worker)
                try await supervisor.until("the sibling holds a suspect") {
                    let entries = try await product.call("HVALS", "pulse:inflight:" + sibling).array ?? []
                    return entries.contains { $0.text?.contains("|h|") == true }
                }
                supervisor.signal(SIGTERM)
                product.services.teiService.release()
                let asked = ContinuousClock.now
                #expect(try await supervisor.exitCode() == 0, "\(supervisor.log)")
                let taken = asked.duration(to: try #require(supervisor.ending.at))
                print("EndToEnd: a stop with a suspect held took \(taken) of 25 s")
                #expect(taken < .seconds(10))
                let left = try await product.waiting()
                #expect(try await product.count(ids, "finished") + left.count == ids.count)
                #expect(left == ids.filter(left.contains), "in their old order")
            }
        }

        /// Ten jobs, four of them in hand and held by TEI.
        private static func loaded(_ product: Product, _ settings: [String: String]) async throws -> (
            ProductSupervisor, [String], [Ending]
        ) {
            let supervisor = try product.start(settings)
            try await supervisor.untilHealthy()
            product.services.teiService.hold(\.embedsDocument)
            let ids = try await product.enqueue(0..<10)
            try await supervisor.until("four are in hand") { product.services.teiService.held == 4 }
            return (supervisor, ids, await supervisor.workers().values.map { Ending(of: $0) })
        }
    }
}
