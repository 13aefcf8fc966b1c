import Foundation
import Reporting
import Testing

extension EndToEnd {
    @Suite struct HostileJobs {
        /// Each job that must fail: what python puts into `data`, and what its reason must say.
        private static func jobs(_ folder: String) -> [(name: String, data: String, reason: String)] {
            let call = "pickle.dumps(('worker.index_document_job', None, (%@,), {}), 5)"
            func document(_ text: String) -> String { "zlib.compress(\(String(format: call, text)))" }
            return [
                ("attack", document("Attack()"), "would run code"),
                (
                    "truncated", "zlib.compress(pickle.dumps(('f', None, ({'url': 'x' * 99},), {}), 5)[:-9])",
                    "truncated"
                ),
                ("bomb", "zlib.compress(bytes(200 << 20), 9)", "inflates beyond 64 MiB"),
                (
                    "unknown", "zlib.compress(pickle.dumps(('os.system', None, ('touch \(folder)/pwned',), {}), 5))",
                    "do not know the function \"os.system\""
                ),
                ("no-url", document("{'markdown': 'Text.'}"), "the document has no url"),
                ("empty", document("{'url': 'https://e.com/empty', 'markdown': ' \\n '}"), "its markdown is empty"),
                (
                    "invalid",
                    "zlib.compress(\(String(format: call, "{'url': 'https://e.com/invalid', 'markdown': 'BAD!'}")).replace(b'BAD!', b'\\xff\\xfe\\xc3('))",
                    "text is not UTF-8"
                ),
            ]
        }

        @Test func `each bad job fails with its reason, its neighbours finish, and the worker lives`() async throws {
            try await Product.with { product in
                let jobs = Self.jobs(product.folder)
                try await product.python(
                    """
                    class Attack:
                        def __reduce__(self): import os; return (os.system, ('touch \(product.folder)/pwned',))
                    def bad(id, data):
                        q.enqueue('worker.index_document_job', {}, job_timeout='10m', job_id=id, at_front=False)
                        r.hset('rq:job:' + id, 'data', data)
                    put(0)

                    """
                        + jobs.enumerated().map { "bad('\($1.name)', \($1.data)); put(\($0 + 1))" }.joined(
                            separator: "\n"))
                let supervisor = try product.start()
                let good = (0...jobs.count).map { "job-\($0)" }
                try await product.untilFinished(good, by: supervisor)
                try await supervisor.until("the bad ones have failed") {
                    try await product.count(jobs.map(\.name), "failed") == jobs.count
                }
                let names = jobs.map { "'\($0.name)'" }.joined(separator: ",")
                let printed = try await product.python(
                    "from rq.results import Result\nprint(json.dumps([Result.fetch_latest(types.SimpleNamespace(id=i, connection=r, serializer=None)).exc_string for i in [\(names)]]))"
                )
                let reasons = try #require(try JSONSerialization.jsonObject(with: Data(printed.utf8)) as? [String])
                for (job, reason) in zip(jobs, reasons) {
                    #expect(reason.contains(job.reason), "\(job.name): \(reason)")
                }
                #expect(!FileManager.default.fileExists(atPath: product.folder + "/pwned"), "nothing was executed")
                let slot = try #require(await supervisor.slot("worker.1"))
                #expect(slot.restarts == 0 && slot.deaths.isEmpty)
                #expect(product.services.qdrant.points.count == good.count)
            }
        }

        @Test func `5 MB of Markdown are indexed beside small jobs`() async throws {
            try await Product.with { product in
                try await product.python(
                    """
                    line = 'A sentence of some length stands here, and it says nothing at all. '
                    text = ''.join(f'# Chapter {n}\\n\\n' + line * 15 + '\\n\\n' for n in range(5 * 1024 * 1024 // 1000))
                    assert len(text) > 5 << 20
                    put(0)
                    q.enqueue('worker.index_document_job', {'url': 'https://e.com/large', 'markdown': text}, job_timeout='10m', job_id='large')
                    put(1)
                    """)
                let supervisor = try product.start(["PULSE_CHUNK_TOKENS": "100", "PULSE_CHUNK_OVERLAP": "0"])
                try await product.untilFinished(["job-0", "large", "job-1"], by: supervisor)
                let chunks = try await product.python("print(job('large').return_value()['chunks_indexed'])")
                #expect(product.services.qdrant.points.count == 2 + (Int(chunks) ?? 0))
                #expect(await supervisor.slot("worker.1")?.restarts == 0)
            }
        }
    }
}
