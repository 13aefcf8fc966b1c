import Foundation
import Synchronization
import Testing

extension EndToEnd {
    @Suite struct Documents {
        @Test func `what python enqueues is indexed whole, once, and without what is gone`() async throws {
            try await Product.with { product in
                let supervisor = try product.start(["PULSE_WORKERS": "2"])
                try await supervisor.untilHealthy()
                let url = "https://example.com/long"
                func index(parts: Int) async throws -> (chunks: Int, unchanged: Bool) {
                    let id = try await product.python(
                        """
                        text = ''.join(f'# Part {n}\\n\\n' + 'Some words of prose stand here. ' * 30 + '\\n\\n' for n in range(\(parts)))
                        print(q.enqueue('worker.index_document_job', {'url': '\(url)', 'markdown': text}, job_timeout='10m').id)
                        """)
                    try await product.untilFinished([id], by: supervisor)
                    let printed = try await product.python(
                        "j = job('\(id)'); print(j.get_status().value, json.dumps(j.return_value()))")
                    #expect(printed.hasPrefix("finished "))
                    let value = try JSONSerialization.jsonObject(with: Data(printed.dropFirst(9).utf8))
                    let result = try #require(value as? [String: Any])
                    #expect(result["success"] as? Bool == true && result["url"] as? String == url)
                    #expect(result["total_tokens"] as? Int ?? 0 > parts * 100)
                    let unchanged = result["unchanged"] as? Bool == true
                    return (try #require(result["chunks_indexed"] as? Int), unchanged)
                }
                let first = try await index(parts: 100)
                #expect(first.chunks >= 100 && !first.unchanged)
                let points = product.services.qdrant.points
                #expect(points.count == first.chunks)
                let headings = Set(points.values.compactMap { ($0.payload["headings"] as? [String])?.first })
                #expect(headings == Set((0..<100).map { "Part \($0)" }), "no part is missing")
                #expect(
                    product.services.tei.batches.withLock { $0.max() } ?? 0 <= 32, "within what TEI takes in a request")

                let again = try await index(parts: 100)
                #expect(again.chunks == first.chunks && again.unchanged)
                #expect(Set(product.services.qdrant.points.keys) == Set(points.keys))

                let shortened = try await index(parts: 7)
                #expect(shortened.chunks < first.chunks && product.services.qdrant.points.count == shortened.chunks)
                let left = Set(
                    product.services.qdrant.points.values.compactMap { ($0.payload["headings"] as? [String])?.first })
                #expect(left == Set((0..<7).map { "Part \($0)" }))
                supervisor.signal(SIGTERM)
                #expect(try await supervisor.exitCode() == 0)
                #expect(product.processes().isEmpty)
            }
        }
    }
}
