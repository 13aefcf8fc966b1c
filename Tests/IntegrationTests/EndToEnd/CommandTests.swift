import CLinux
import Reporting
import Testing

@testable import JobQueue

extension EndToEnd {
    /// What RQ's tools and limits do to jobs that a worker has in hand.
    @Suite struct Commands {
        private static let import_ = "from rq.command import *\n"

        @Test func `a job is stopped from python while its neighbours go on`() async throws {
            try await Product.with { product in
                let supervisor = try product.start()
                try await supervisor.untilHealthy()
                product.services.teiService.hold(\.embedsDocument)
                let ids = try await product.enqueue(0..<3)
                try await supervisor.until("all are in hand") { product.services.teiService.held == 3 }
                try await product.python(Self.import_ + "send_stop_job_command(r, '\(ids[1])')")
                try await supervisor.until("it is stopped") { try await product.count(ids, "stopped") == 1 }
                product.services.teiService.release()
                try await product.untilFinished([ids[0], ids[2]], by: supervisor)
                #expect(
                    try await product.python(
                        "j = job('\(ids[1])'); print(j.is_stopped, j.latest_result().exc_string, q.failed_job_registry.get_job_ids() == [j.id])"
                    ) == "True Job stopped by user, work-horse terminated. True")
                #expect(product.services.qdrant.points.count == 2)
            }
        }

        @Test func `kill-horse fails what runs and spares the worker, shutdown drains it`() async throws {
            try await Product.with { product in
                let supervisor = try product.start()
                try await supervisor.untilHealthy()
                let worker = try #require(await supervisor.slot("worker.1"))
                let name = try #require(worker.report?.worker)
                product.services.teiService.hold(\.embedsDocument)
                let ids = try await product.enqueue(0..<2)
                try await supervisor.until("both are in hand") { product.services.teiService.held == 2 }
                try await product.python(Self.import_ + "send_kill_horse_command(r, '\(name)')")
                try await supervisor.until("both have failed") { try await product.count(ids, "failed") == 2 }
                let later = try await product.enqueue(2..<3)
                try await supervisor.until("a third is in hand") {
                    try await product.states(later).first?.worker == name && product.services.teiService.held >= 1
                }
                try await product.python(Self.import_ + "send_shutdown_command(r, '\(name)')")
                try await supervisor.until("it drains") { supervisor.log.contains("shutdown command received") }
                product.services.teiService.release()
                try await product.untilFinished(later, by: supervisor)
                try await supervisor.until("another took its place") {
                    let slot = await supervisor.slot("worker.1")
                    return slot?.pid != worker.pid && slot?.report?.worker != name && slot?.state == "ready"
                }
                #expect(!supervisor.log.contains("took back"), "it left nothing behind")
            }
        }

        @Test func `a job whose work cannot be stopped costs its process, and nobody else's attempt`() async throws {
            try await Product.with { product in
                // So long, and ten seconds, a write may go on.
                let supervisor = try product.start(["WORKER_HANGS_AT": "begun /stuck", "PULSE_QDRANT_TIMEOUT": "1s"])
                try await supervisor.untilHealthy()
                let pid = await supervisor.slot("worker.1")?.pid
                product.services.teiService.hold(\.embedsDocument)
                try await product.python(
                    "q.enqueue('worker.index_document_job', {'url': 'https://example.com/stuck', 'markdown': 'x'}, job_timeout=1, job_id='stuck')"
                )
                let ids = try await product.enqueue(0..<2)
                try await supervisor.until("it is given up") { supervisor.log.contains("has to be replaced") }
                try await supervisor.until("the process is another") {
                    let slot = await supervisor.slot("worker.1")
                    return slot?.pid != pid && slot?.state == "ready"
                }
                product.services.teiService.release()
                try await product.untilFinished(ids, by: supervisor)
                #expect(
                    try await product.python("print(job('stuck').latest_result().exc_string)")
                        == "Task exceeded maximum timeout value (1 seconds)")
                for id in ids { #expect(try await product.call("HGET", "rq:job:\(id)", "pulse_crashes") == .null) }
            }
        }

        @Test func `two jobs of one document run one after the other, and the later one's content stays`() async throws
        {
            try await Product.with { product in
                let supervisor = try product.start(["PULSE_WORKERS": "2", "PULSE_MAX_JOBS_IN_FLIGHT": "1"])
                try await supervisor.untilHealthy()
                product.services.teiService.hold(\.embedsDocument)
                let producer = JobProducer(url: product.server.url)
                var ids: [String] = []
                for text in ["# Earlier\n\nold", "# Later\n\nnew"] {
                    ids.append(
                        try await producer.enqueue(document: [
                            .init("url", .string("https://example.com/same")), .init("markdown", .string(text)),
                        ]))
                }
                await producer.close()
                try await supervisor.until("both are claimed") { try await product.count(ids, "started") == 2 }
                try await supervisor.until("one is at work") { product.services.teiService.held == 1 }
                let other = try await product.enqueue(0..<1)
                try await supervisor.until("who waits keeps nobody from working") {
                    product.services.teiService.held == 2
                }
                product.services.teiService.release()
                try await product.untilFinished(ids + other, by: supervisor)
                let texts = product.services.qdrant.points.values.map { "\($0)" }
                #expect(texts.contains { $0.contains("new") } && !texts.contains { $0.contains("old") })
            }
        }

        @Test func `another function's job fails with its reason, or goes where python serves`() async throws {
            try await Product.with { product in
                let first = try product.start()
                try await first.untilHealthy()
                try await product.python("q.enqueue('json.dumps', 7, job_id='foreign')")
                try await first.until("it failed") { try await product.count(["foreign"], "failed") == 1 }
                first.signal(SIGTERM)
                #expect(try await first.exitCode() == 0)
                let second = try product.start(["PULSE_UNKNOWN_JOBS": "route:python"])
                try await second.untilHealthy()
                try await product.python(
                    "print(job('foreign').latest_result().exc_string); job('foreign').requeue()")
                try await second.until("it has moved") {
                    try await product.call("LRANGE", "rq:queue:python", "0", "-1").array?.first?.text == "foreign"
                }
            }
        }
    }
}
