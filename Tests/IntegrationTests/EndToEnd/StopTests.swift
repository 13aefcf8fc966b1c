import CLinux
import Reporting
import Testing

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
                product.teiService.release()
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

        /// Ten jobs, four of them in hand and held by TEI.
        private static func loaded(_ product: Product, _ settings: [String: String]) async throws -> (
            ProductSupervisor, [String], [Ending]
        ) {
            let supervisor = try product.start(settings)
            try await supervisor.untilHealthy()
            product.teiService.hold(\.embedsDocument)
            let ids = try await product.enqueue(0..<10)
            try await supervisor.until("four are in hand") { product.teiService.held == 4 }
            return (supervisor, ids, await supervisor.workers().values.map { Ending(of: $0) })
        }
    }
}
