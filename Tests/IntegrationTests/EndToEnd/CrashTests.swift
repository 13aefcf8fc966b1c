import CLinux
import Foundation
import Reporting
import Testing

@testable import JobQueue

extension EndToEnd {
    @Suite struct Crashes {
        @Test func `a killed worker's jobs are in the queue or in hand again within a second, and none is lost`()
            async throws
        {
            try await Product.with { product in
                let supervisor = try product.start(["PULSE_WORKERS": "2", "PULSE_MAX_JOBS_IN_FLIGHT": "4"])
                try await supervisor.untilHealthy()
                product.services.teiService.hold(\.embedsDocument)
                let ids = try await product.enqueue(0..<20)
                try await supervisor.until("both have their hands full") { product.services.teiService.held == 8 }
                let victim = try #require(await supervisor.slot("worker.1"))
                let (pid, name) = (try #require(victim.pid), try #require(victim.report?.worker))
                let states = try await product.states(ids)
                let orphans = zip(ids, states).filter { $0.1.worker == name }.map(\.0)
                #expect(orphans.count == 4)

                let ending = Ending(of: pid)
                kill(pid, SIGKILL)
                try await supervisor.until("it is dead") { ending.at != nil }
                let death = try #require(ending.at)
                try await supervisor.until("nothing is the dead worker's") {
                    try await product.states(orphans).allSatisfy { $0.worker != name }
                }
                let recovered = death.duration(to: .now)
                try await supervisor.until("one is in hand again") {
                    try await product.count(orphans, "started") > 0
                }
                print(
                    "EndToEnd: jobs of a killed worker back after \(recovered), first in hand \(death.duration(to: .now))"
                )
                // A second is the promise; a machine that builds beside the tests may keep us from looking.
                #expect(recovered < .seconds(10))
                product.services.teiService.release()
                try await product.untilFinished(ids, by: supervisor)
                #expect(product.services.qdrant.points.count == 20)
                let after = try #require(await supervisor.slot("worker.1"))
                #expect(after.restarts == 1 && after.deaths.map(\.how) == ["killed by SIGKILL"])
                #expect(
                    try await product.python("print(len(q.failed_job_registry), len(q.started_job_registry))") == "0 0")
            }
        }

        @Test func `a document that kills its worker is failed with its story, and its neighbours are done`()
            async throws
        {
            try await Product.with { product in
                let supervisor = try product.start([
                    "WORKER_DIES_AT": "begun /poison", "PULSE_WORKERS": "2", "PULSE_RESTART_LIMIT": "0",
                    "PULSE_BACKOFF_BASE": "0",
                ])
                try await supervisor.untilHealthy()
                try await product.python("r.set('rq:suspended', 1)")
                let before = try await product.enqueue(0..<5)
                try await product.python(
                    "q.enqueue('worker.index_document_job', {'url': 'https://example.com/poison', 'markdown': 'x'}, job_id='poison')"
                )
                let after = try await product.enqueue(5..<31)
                try await product.python("r.delete('rq:suspended')")
                try await product.untilFinished(before + after, by: supervisor)
                try await supervisor.until("it is given up") { try await product.count(["poison"], "failed") == 1 }
                let story = try await product.python("print(job('poison').latest_result().exc_string)")
                #expect(story.contains("Workers died 3 times"), "\(story)")
                #expect(story.components(separatedBy: "killed by SIGKILL, at most ").count == 4, "\(story)")
                #expect(try await product.python("print(len(q.failed_job_registry), q.job_ids)") == "1 []")
                let deaths = await supervisor.document()?.slots.map(\.restarts).reduce(0, +)
                #expect(deaths == 3 && product.services.qdrant.points.count == 31)
            }
        }

        @Test func `two workers killed while jobs stream through lose none and fail none`() async throws {
            try await Product.with { product in
                let supervisor = try product.start(["PULSE_WORKERS": "2"])
                try await supervisor.untilHealthy()
                var ids: [String] = []
                for round in [0, 30] {
                    // The worker that meets this document dies of it, with whatever else it has in hand.
                    product.services.teiService.hold {
                        $0.embedsDocument && String(decoding: $0.body, as: UTF8.self).contains("Document \(round + 10)")
                    }
                    ids += try await product.enqueue(round..<round + 30)
                    try await supervisor.until("document \(round + 10) is in hand") {
                        product.services.teiService.held >= 1
                    }
                    let name = try #require(try await product.states([ids[round + 10]]).first).worker
                    try await supervisor.until("\(name) has reported") {
                        await supervisor.document()?.slots.contains { $0.report?.worker == name } == true
                    }
                    let slot = await supervisor.document()?.slots.first { $0.report?.worker == name }
                    kill(try #require(slot?.pid), SIGKILL)
                    product.services.teiService.release()
                }
                try await product.untilFinished(ids, by: supervisor)
                #expect(product.services.qdrant.points.count == 60)
            }
        }

        @Test func `without their supervisor workers leave in time, and the next start finishes their jobs`()
            async throws
        {
            try await Product.with { product in
                let settings = ["PULSE_WORKERS": "2", "PULSE_MAX_JOBS_IN_FLIGHT": "2", "PULSE_STOP_TIMEOUT": "2s"]
                let first = try product.start(settings)
                try await first.untilHealthy()
                product.services.teiService.hold(\.embedsDocument)
                let ids = try await product.enqueue(0..<8)
                try await first.until("four are in hand") { product.services.teiService.held == 4 }
                let endings = await first.workers().values.map { Ending(of: $0) }
                #expect(endings.count == 2)
                first.signal(SIGKILL)
                try await first.until("the workers are gone") { endings.allSatisfy { $0.at != nil } }
                let death = try #require(first.ending.at)
                let last = try #require(endings.compactMap(\.at).max())
                print("EndToEnd: the last worker left \(death.duration(to: last)) after its supervisor, 2 s allowed")
                #expect(death.duration(to: last) < .seconds(4))
                #expect(product.processes().isEmpty)
                #expect(try await product.waiting() == ids, "in their old order")
                product.services.teiService.release()
                let second = try product.start(settings)
                try await product.untilFinished(ids, by: second)
                #expect(product.services.qdrant.points.count == 8)
            }
        }
    }
}
