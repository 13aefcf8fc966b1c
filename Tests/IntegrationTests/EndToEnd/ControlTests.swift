import Foundation
import Reporting
import Testing

extension EndToEnd {
    @Suite struct Pulsectl {
        @Test func `status, health, enqueue and search from the command line`() async throws {
            try await Product.with { product in
                let none = try await product.pulsectl("health")
                #expect(none.status == 3 && none.text.contains("no supervisor answers on \(product.folder)/run/"))
                let supervisor = try product.start(["PULSE_WORKERS": "2"])
                try await supervisor.untilHealthy()
                let healthy = try await product.pulsectl("health")
                #expect(healthy.status == 0 && healthy.text.hasPrefix("healthy: 2/2 workers ready"), "\(healthy.text)")

                let notes = product.folder + "/notes.md"
                // With line ends of Windows, as files come.
                try "# Of tides\r\n\r\nThe moon pulls the sea.\r\n".write(
                    toFile: notes, atomically: true, encoding: .utf8)
                let lines = product.folder + "/more.jsonl"
                try """
                {"url": "https://e.com/a", "title": "A title", "markdown": "# Stars\\n\\nThey shine."}

                {"url": "https://e.com/b", "content": "Rain falls."}

                """.replacing("\n", with: "\r\n").write(toFile: lines, atomically: true, encoding: .utf8)
                let enqueued = try await product.pulsectl("enqueue", "--base", "https://e.com", notes, lines)
                #expect(enqueued.status == 0, "\(enqueued.text)")
                let rows = enqueued.text.split(separator: "\n").map { $0.split(separator: " ") }
                #expect(
                    rows.map { $0.last.map(String.init) } == [
                        "https://e.com\(notes)", "https://e.com/a", "https://e.com/b",
                    ])
                let nameless = try await product.pulsectl("enqueue", "--queue", "", notes)
                #expect(
                    nameless.status == 64 && nameless.text.contains("--queue takes a queue's name"), "\(nameless.text)")
                let tides = try #require(rows.first?.first)
                #expect(
                    try await product.python("print(Job.fetch('\(tides)', connection=r).args[0]['title'])")
                        == "Of tides")
                try await product.untilFinished(rows.compactMap { $0.first.map(String.init) }, by: supervisor)

                try await supervisor.until("the reports count them") {
                    let document = await supervisor.document()
                    return document?.queued == 0 && document?.slots.compactMap(\.report?.done).reduce(0, +) == 3
                }
                let status = try await product.pulsectl("status")
                #expect(status.status == 0)
                let heading = ["SLOT", "PID", "STATE", "UPTIME", "RESTARTS", "DONE", "FAILED", "CURRENT JOB"]
                for word in heading + ["worker.1", "worker.2", "redis", "qdrant", "tei", "queue: 0 jobs waiting"] {
                    #expect(status.text.contains(word), "\(word) in:\n\(status.text)")
                }
                let json = try await product.pulsectl("status", "--json")
                let document = try JSONDecoder().decode(StatusDocument.self, from: Data(json.text.utf8))
                #expect(document.status == .healthy && document.slots.map(\.slot) == ["worker.1", "worker.2"])

                let found = try await product.pulsectl("search", "--limit", "1", "# Stars\n\nThey shine.")
                #expect(found.status == 0, "\(found.text)")
                for word in ["A title", "https://e.com/a", "They shine."] { #expect(found.text.contains(word)) }
                #expect(found.text.first?.isNumber == true || found.text.first == "-", "the score comes first")

                product.services.qdrantService.stop()
                try await supervisor.until("qdrant is missed") {
                    await supervisor.document()?.services["qdrant"]?.state == .unhealthy
                }
                #expect(try await product.pulsectl("health").status == 1)
                let lost = try await product.pulsectl("search", "stars")
                #expect(
                    lost.status == 3 && lost.text.contains("qdrant") && lost.text.contains("refused"), "\(lost.text)")
                let refused = try await product.pulsectl("enqueue", notes, "/nowhere.md")
                #expect(refused.status == 1 && refused.text.contains("/nowhere.md: "), "\(refused.text)")
            }
        }

        @Test func `a fleet of which nobody works is unhealthy: 2`() async throws {
            let supervisor = try RunningSupervisor(worker: "while True: signal.pause()")
            defer { supervisor.remove() }
            try await supervisor.until("it answers") { try supervisor.slot("worker.1")?.state == "starting" }
            let health = try await Program.run(
                [Program.control.path, "health", "--runtime-dir", supervisor.runtime], ["PATH": "/usr/bin:/bin"])
            #expect(health.status == 2, "\(health.text)")
            supervisor.signal(SIGTERM)
            #expect(try await supervisor.exitCode() == 0)
        }

        @Test func `what pulsectl enqueues, a python worker runs`() async throws {
            try await Product.with { product in
                let file = product.folder + "/notes.md"
                try "# Größe\n\nText.\n".write(toFile: file, atomically: true, encoding: .utf8)
                let enqueued = try await product.pulsectl("enqueue", "--queue", "theirs", file)
                #expect(enqueued.status == 0, "\(enqueued.text)")
                let id = String(enqueued.text.prefix { $0 != " " })
                let printed = try await product.python(
                    """
                    module = types.ModuleType('worker'); sys.modules['worker'] = module
                    module.index_document_job = lambda document: sorted(document) + [document['title'], document['markdown']]
                    SimpleWorker(['theirs'], connection=r).work(burst=True)
                    print(job('\(id)').get_status().value, json.dumps(job('\(id)').return_value(), ensure_ascii=False))
                    """)
                let expected = ##"""
                    finished ["country", "description", "gcsPath", "html", "isMobile", "language", "markdown", "resolvedUrl", \##
                    "screenshotUrl", "statusCode", "title", "url", "Größe", "# Größe\n\nText.\n"]
                    """##
                #expect(printed == expected)
            }
        }
    }
}
