import Foundation
import Testing

@testable import JobQueue

extension EndToEnd {
    /// The built pulsectl, and what it says to people and scripts.
    @Suite struct JobCommandTests {
        private func pulsectl(_ server: QueueServer, _ words: String...) async throws -> Program.Outcome {
            try await Program.run(
                [Program.control.path] + words,
                [
                    "PATH": "/usr/bin:/bin", "PULSE_REDIS_URL": "unix://" + server.socket,
                    "PULSE_RUNTIME_DIR": server.directory.path,
                ])
        }

        @Test func `jobs are listed, shown, canceled, requeued and deleted`() async throws {
            try await QueueServer.with { server, python in
                try await python("put(0); put(1); put(2, depends_on='job-1')")
                let queue = server.queue()
                let job = try #require(try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).first)
                _ = try await queue.finish(job, outcome: .failure("tei answers 413\nmore", mayRetry: false))

                let overview = try await pulsectl(server, "jobs")
                #expect(overview.status == 0 && overview.text.hasPrefix("not paused: "), "\(overview.text)")
                let counts = overview.text.split(separator: "\n").first { $0.hasPrefix("indexing") }
                #expect(counts?.split(separator: " ").dropFirst().joined(separator: " ") == "1 0 1 0 1 0 0")
                #expect(overview.text.contains("https://example.com/0  tei answers 413\n"), "\(overview.text)")
                let lines = try await pulsectl(server, "jobs", "failed", "--json").text.split(separator: "\n")
                let object = try JSONSerialization.jsonObject(with: Data(try #require(lines.first).utf8))
                #expect((object as? [String: String])?["reason"] == "tei answers 413" && lines.count == 1)
                let card = try await pulsectl(server, "jobs", "show", "job-1")
                #expect(card.status == 0 && card.text.contains("awaited by  job-2 deferred"), "\(card.text)")

                let requeued = try await pulsectl(server, "jobs", "requeue", "job-0", "nobody")
                #expect(requeued.status == 1 && requeued.text.contains("requeued job-0, was failed"))
                #expect(requeued.text.contains("pulsectl: no job nobody: it expired or was deleted"))
                let canceled = try await pulsectl(server, "jobs", "cancel", "job-1")
                #expect(canceled.status == 0 && canceled.text.contains("1 job waits for it and stays deferred"))
                #expect(try await pulsectl(server, "jobs", "delete", "job-1", "job-2").status == 0)
                #expect(try await python("print(q.job_ids, r.keys('rq:job:*'))") == "['job-0'] [b'rq:job:job-0']")
                #expect(try await pulsectl(server, "jobs", "show", "job-1").status == 1)
            }
        }

        @Test func `a queue is emptied only by whoever says so`() async throws {
            try await QueueServer.with { server, python in
                try await python("put(0); put(1)")
                let asked = try await pulsectl(server, "jobs", "empty")
                #expect(asked.status == 1 && asked.text.contains("--yes is needed"), "\(asked.text)")
                let typo = try await pulsectl(server, "jobs", "empty", "--queue", "indexng", "--yes")
                #expect(typo.status == 1 && typo.text.contains("no queue indexng") && typo.text.contains("indexing"))
                #expect(try await python("print(len(q))") == "2")
                let emptied = try await pulsectl(server, "jobs", "empty", "--yes")
                #expect(emptied.status == 0 && emptied.text == "queue indexing: deleted 2 jobs\n")
                #expect(try await pulsectl(server, "jobs", "empty", "--yes").status == 0)
            }
        }

        @Test func `workers are paused and resumed, and without Redis nothing is`() async throws {
            try await QueueServer.with { server, python in
                let paused = try await pulsectl(server, "pause", "--for", "2m")
                #expect(paused.status == 0 && paused.text.hasPrefix("paused for 2m00s: no RQ worker of unix://"))
                #expect(try await python("print(110 < r.ttl('rq:suspended') <= 120)") == "True")
                #expect(try await pulsectl(server, "jobs").text.hasPrefix("paused: no RQ worker"))
                #expect(try await pulsectl(server, "resume").text.hasPrefix("resumed: "))
                #expect(try await pulsectl(server, "resume").text.hasPrefix("nothing to resume"))
                for words in [
                    ["jobs", "idle"], ["jobs", "requeue"], ["pause", "--for", "0"], ["jobs", "--limit", "0"],
                ] {
                    let wrong = try await Program.run([Program.control.path] + words, ["PATH": "/usr/bin:/bin"])
                    #expect(wrong.status == 64, "\(words): \(wrong.text)")
                }
                server.stop()
                let gone = try await pulsectl(server, "jobs")
                #expect(gone.status == 3 && gone.text.hasPrefix("pulsectl: redis "), "\(gone.text)")
                #expect(try await pulsectl(server, "pause").status == 3)
            }
        }
    }
}
