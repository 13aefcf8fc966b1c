import CLinux
import Reporting
import Testing

@testable import JobQueue

extension EndToEnd {
    /// A worker that is killed after any step between claim and finish.
    @Suite struct DeathAtEachStep {
        private static let long = (1...6).map { "# Part \($0)\n\n" + String(repeating: "old words ", count: 60) }
        private static let short = (1...3).map { "# Part \($0)\n\n" + String(repeating: "new words ", count: 60) }

        private func enqueue(_ parts: [String], on product: Product) async throws -> String {
            let producer = JobProducer(url: product.server.url)
            let id = try await producer.enqueue(document: [
                .init("url", .string("https://example.com/document")),
                .init("markdown", .string(parts.joined(separator: "\n\n"))),
            ])
            await producer.close()
            return id
        }

        /// The shorter version of a document that is there already takes every step; a new one of one request has its own.
        @Test(arguments: [
            "claimed", "begun", "compared", "chunked", "embedded", "wroteIntent", "wrotePoints", "deletedRest",
            "committed",
            "worked", "finished", "wroteWhole",
        ])
        func `the job is done once more, counted once, and its points are right`(step: String) async throws {
            try await Product.with { product in
                let settings = ["PULSE_CHUNK_TOKENS": "128", "PULSE_CHUNK_OVERLAP": "0"]
                if step != "wroteWhole" {
                    let first = try product.start(settings)
                    try await first.untilHealthy()
                    let before = try await enqueue(Self.long, on: product)
                    try await product.untilFinished([before], by: first)
                    first.signal(SIGTERM)
                    #expect(try await first.exitCode() == 0)
                }
                let supervisor = try product.start(settings.merging(["WORKER_DIES_AT": step]) { $1 })
                try await supervisor.untilHealthy()
                let id = try await enqueue(Self.short, on: product)
                try await supervisor.until("it died") { await supervisor.slot("worker.1")?.restarts == 1 }
                try await product.untilFinished([id], by: supervisor)
                let texts = product.services.qdrant.points.values.map { "\($0)" }
                #expect(!texts.isEmpty && texts.allSatisfy { $0.contains("new words") && !$0.contains("old words") })
                #expect(
                    try await product.python(
                        "print(len(q.failed_job_registry), len(q.started_job_registry), q.job_ids, len(job('\(id)').results()))"
                    ) == "0 0 [] 1")
                let takenBack = supervisor.log.split(separator: "\n").count { $0.contains("took back 1 job") }
                #expect(takenBack == (step == "finished" ? 0 : 1))
            }
        }
    }
}
