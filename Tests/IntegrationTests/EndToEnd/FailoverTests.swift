import Foundation
import Reporting
import Testing

@testable import JobQueue

extension EndToEnd {
    @Suite struct Failovers {
        @Test func `the whole product follows its sentinels to a promoted replica`() async throws {
            try await SentinelCluster.with { cluster in
                try await Product.with { product in
                    let settings = ["PULSE_REDIS_URL": "\(cluster.url())", "PULSE_STARTUP": "wait"]
                    let supervisor = try product.start(settings)
                    try await supervisor.untilHealthy()
                    let file = product.folder + "/a.md"
                    try "# A document\n\nIts text.\n".write(toFile: file, atomically: true, encoding: .utf8)
                    func enqueue(_ base: String) async throws -> Program.Outcome {
                        try await product.pulsectl("enqueue", "--base", base, file, with: settings)
                    }
                    let first = try await enqueue("https://example.com/1")
                    #expect(first.status == 0, "\(first.text)")
                    try await supervisor.until("the first document is indexed") {
                        product.services.qdrant.points.count == 1
                    }
                    let pids = await supervisor.workers()

                    let killed = ContinuousClock.now
                    cluster.servers[0].stop()
                    try await supervisor.until("redis is named, with the master that was") {
                        let redis = await supervisor.document()?.services["redis"]
                        return redis?.state == .unhealthy
                            && redis?.reason?.contains("master \(cluster.servers[0].address))") == true
                    }
                    let failed = try await enqueue("https://example.com/failed")
                    try await supervisor.untilHealthy()
                    print("EndToEnd: healthy \(killed.duration(to: .now)) after the master was killed")
                    // It may have been enqueued, should the sentinels have been that quick.
                    let expected = failed.status == 0 ? 3 : 2
                    let second = try await enqueue("https://example.com/2")
                    #expect(second.status == 0, "\(second.text)")
                    try await supervisor.until("the second document is indexed") {
                        product.services.qdrant.points.count == expected
                    }
                    #expect(await supervisor.workers() == pids, "nobody died of it")
                    #expect(supervisor.log.contains("the queue is now at \(cluster.url()), master"))
                }
            }
        }
    }
}
