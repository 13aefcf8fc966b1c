import Foundation
import Synchronization
import Testing

@testable import JobQueue

extension EndToEnd {
    /// pulsectl's commands about documents, with workers that write them.
    @Suite struct DocumentCommands {
        @Test func `a forced job embeds anew what is unchanged, and verify and delete say what there is`() async throws
        {
            try await Product.with { product in
                let supervisor = try product.start()
                try await supervisor.untilHealthy()
                let file = product.folder + "/tides.md"
                try "# Of tides\n\nThe moon pulls the sea.\n".write(toFile: file, atomically: true, encoding: .utf8)
                func run(_ more: String...) async throws -> String {
                    let path = [Program.control.path, "enqueue", "--base", "https://e.com"] + more + [file]
                    let enqueued = try await Program.run(path, product.environment())
                    let id = String(enqueued.text.prefix { $0 != " " })
                    try await product.untilFinished([id], by: supervisor)
                    return try await product.python("print(job('\(id)').return_value().get('unchanged'))")
                }
                #expect(try await run() == "None")
                #expect(try await run() == "True")
                #expect(try await run("--force") == "None")

                let clean = try await product.pulsectl("verify")
                #expect(clean.status == 0 && clean.text == "1 point, 1 document: clean\n", "\(clean.text)")
                let url = "https://e.com" + file
                product.services.qdrant.state.withLock { state in
                    for id in state.points.keys { state.points[id]?.payload["content_hash"] = "" }
                    for id in state.points.keys { state.points[id]?.payload["chunk_count"] = 0 }
                }
                let found = try await product.pulsectl("verify", url)
                #expect(found.status == 1, "\(found.text)")
                for word in ["uncommitted", url, "look again", "1 point, 1 document: 1 uncommitted"] {
                    #expect(found.text.contains(word), "\(word) in:\n\(found.text)")
                }
                let json = try await product.pulsectl("verify", "--json")
                #expect(json.status == 1 && json.text.contains(#""kind":"uncommitted""#), "\(json.text)")

                let deleted = try await product.pulsectl("delete", url, "https://e.com/none")
                #expect(
                    deleted.text == "\(url): deleted 1 point\nhttps://e.com/none: no points, nothing deleted\n",
                    "\(deleted.text)")
                #expect(deleted.status == 0 && product.services.qdrant.points.isEmpty)
                #expect(try await product.pulsectl("verify", url).text == "0 points, 0 documents: nothing there\n")
                product.services.qdrantService.stop()
                #expect(try await product.pulsectl("verify").status == 3)
            }
        }

        @Test func `a python worker runs a forced job as any other`() async throws {
            try await Product.with { product in
                let file = product.folder + "/a.md"
                try "# A\n".write(toFile: file, atomically: true, encoding: .utf8)
                let enqueued = try await product.pulsectl("enqueue", "--force", "--queue", "theirs", file)
                let id = String(enqueued.text.prefix { $0 != " " })
                #expect(try await product.call("HGET", "rq:job:\(id)", "pulse_force").text == "1")
                let printed = try await product.python(
                    """
                    module = types.ModuleType('worker'); sys.modules['worker'] = module
                    module.index_document_job = lambda document: document['markdown']
                    SimpleWorker(['theirs'], connection=r).work(burst=True)
                    print(job('\(id)').get_status().value, job('\(id)').return_value())
                    """)
                #expect(printed == "finished # A")
            }
        }

        @Test func `search says how it ranked, in words and in JSON`() async throws {
            try await Product.with(qdrant: .init(version: "1.17.0")) { product in
                let supervisor = try product.start()
                try await supervisor.untilHealthy()
                try await product.untilFinished(try await product.enqueue(0..<3), by: supervisor)
                let hybrid = try await product.pulsectl("search", "--json", "--per-page", "--limit", "2", "document")
                let answer = try #require(
                    try JSONSerialization.jsonObject(with: Data(hybrid.text.utf8)) as? [String: Any])
                #expect(answer["mode"] as? String == "hybrid" && answer["note"] == nil)
                #expect((answer["hits"] as? [[String: Any]])?.count == 2)
                let narrowed = try await product.pulsectl("search", "--domain", "other.example", "document")
                #expect(narrowed.status == 1 && narrowed.text.contains("for this mode, filter and offset"))
                product.services.qdrant.state.withLock { $0.sparse = false }
                let plain = try await product.pulsectl("search", "--mode", "keyword", "document")
                #expect(plain.status == 0 && plain.text.contains("by meaning alone: the collection was made without"))
                #expect(try await product.pulsectl("search", "--mode", "best", "x").status == 64)
            }
        }
    }
}
