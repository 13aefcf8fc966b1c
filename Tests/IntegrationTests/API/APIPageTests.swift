import Foundation
import Testing

@testable import Indexing
@testable import JobQueue

/// The status page and the three requests that it is made of.
@Suite struct APIPageTests {
    @Test func `the page comes to browsers alone, and nothing in it may run but its own files`() async throws {
        try await APIStack.with { _, api in
            let page = try await api.call(.get, "/", headers: ["Accept: text/html,application/xhtml+xml,*/*;q=0.8"])
            #expect(page.status == 200 && page.headers.value(of: "content-type") == "text/html; charset=utf-8")
            #expect(page.headers.value(of: "vary") == "Accept")
            let policy = page.headers.value(of: "content-security-policy") ?? ""
            for directive in ["default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"] {
                #expect(policy.contains(directive), "\(policy)")
            }
            #expect(page.headers.value(of: "x-content-type-options") == "nosniff")
            #expect(page.headers.value(of: "referrer-policy") == "no-referrer")
            #expect(!page.body.contains("<style") && !page.body.contains(" style=") && !page.body.contains("onclick"))
            #expect(page.body.ranges(of: "<script").count == 1)
            #expect(try await api.call(.get, "/", headers: ["Accept: */*"]).text("service") == "pulse-api")
        }
    }

    @Test func `every file that the page and its scripts name is there`() async throws {
        try await APIStack.with { _, api in
            var wanted = ["/"]
            var seen: Set<String> = []
            while let path = wanted.popLast() {
                guard seen.insert(path).inserted else { continue }
                let file = try await api.call(.get, path, headers: ["Accept: text/html"])
                #expect(file.status == 200, "\(path)")
                let type = file.headers.value(of: "content-type") ?? ""
                #expect(
                    type.hasPrefix(
                        path.hasSuffix(".js")
                            ? "text/javascript"
                            : path.hasSuffix(".css")
                                ? "text/css" : path.hasSuffix(".svg") ? "image/svg+xml" : "text/html"),
                    "\(path): \(type)")
                wanted += file.body.matches(of: #/"(\/page[a-z.\/]+)"/#).map { String($0.output.1) }
            }
            #expect(seen.count > 8, "\(seen)")
            #expect(try await api.call(.get, "/page/none.js").status == 404)
            #expect(try await api.call(.get, "/page/index.html").status == 404)
        }
    }

    @Test func `its figures want the secret`() async throws {
        try await APIStack.with { (_, api) async throws in
            for path in ["/api/status", "/api/jobs", "/api/jobs?state=failed"] {
                #expect(try await api.call(.get, path).status == 401, "\(path)")
            }
            let json = ["Content-Type: application/json"]
            #expect(try await api.call(.post, "/api/jobs/a/requeue", headers: json).status == 401)
        }
    }

    @Test func `without a supervisor the rest is told all the same`() async throws {
        try await APIStack.with { stack, api in
            _ = try await api.post("/api/index", #"{"url":"https://a","content":"c"}"#)
            try await eventually("all three services are healthy") {
                let services = try await api.get("/api/status").json["services"] as? [String: [String: String]] ?? [:]
                return services.count == 3 && services.values.allSatisfy { $0["state"] == "healthy" }
            }
            let status = try await api.get("/api/status")
            #expect(status.json["supervisor"] is NSNull)
            #expect(status.text("supervisor_reason") == "nothing listens at its socket")
            let queue = try #require((status.json["queues"] as? [[String: Any]])?.first)
            #expect(queue["queue"] as? String == "indexing" && queue["queued"] as? Int == 1)
            #expect(status.headers.value(of: "cache-control") == "no-store")
            let flow = status.json["throughput"] as? [String: [[String: Int]]]
            #expect(flow?["minutes"]?.map { $0["accepted"] ?? 0 }.reduce(0, +) == 1)
        }
    }

    @Test func `the supervisor is asked over its socket, and what its children print stays there`() async throws {
        let supervisor = try RunningSupervisor(
            worker: #"print("password=hunter2", file=sys.stderr); sys.exit(70)"#,
            environment: ["PULSE_RESTART_LIMIT": "0", "PULSE_BACKOFF_BASE": "10s"])
        defer { supervisor.remove() }
        try await APIStack.with { stack, _ in
            let api = try stack.start(["PULSE_RUNTIME_DIR": supervisor.runtime])
            try await api.untilServing()
            try await eventually("the death is told") {
                let slots = try await api.get("/api/status").json["slots"] as? [[String: Any]] ?? []
                let death = slots.first?["last_death"] as? [String: Any]
                return death?["how"] as? String == "exit 70"
            }
            let status = try await api.get("/api/status")
            #expect((status.json["supervisor"] as? [String: Any])?["version"] != nil, "\(status.body)")
            #expect(!status.body.contains("hunter2") && supervisor.log.contains("hunter2"), "\(status.body)")
        }
    }

    @Test func `a failed job is listed with its title and reason, and requeued once`() async throws {
        try await APIStack.with { stack, api in
            let evil = "<script>alert(1)</script>"
            let body = #"{"url":"https://u:p@a.org/\#(evil)","title":"\#(evil)","content":"c"}"#
            let id = try #require(try await api.post("/api/index", body).text("job_id"))
            let queue = stack.server.queue()
            let job = try #require(try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).first)
            _ = try await queue.finish(job, outcome: .failure("no \(evil) such thing", mayRetry: false))
            let listed = try await api.get("/api/jobs?state=failed&limit=5")
            let jobs = try #require(listed.json["jobs"] as? [[String: String]])
            #expect(jobs.map { $0["id"] } == [id])
            #expect(jobs[0]["title"] == evil && jobs[0]["url"] == "https://a.org/\(evil)", "\(jobs)")
            #expect(jobs[0]["reason"] == "no \(evil) such thing" && jobs[0]["status"] == "failed")
            #expect(!listed.body.contains("u:p@"))

            let requeued = try await api.post("/api/jobs/\(id)/requeue", "")
            #expect(requeued.status == 200 && requeued.text("status") == "queued", "\(requeued.body)")
            #expect(try await stack.waiting() == [id])
            let again = try await api.post("/api/jobs/\(id)/requeue", "")
            #expect(again.status == 409 && again.text("detail")?.contains("it is queued") == true, "\(again.body)")
            #expect(try await stack.waiting() == [id])
            for none in ["nobody", "x:dependents", "a%2Fb"] {
                #expect(try await api.post("/api/jobs/\(none)/requeue", "").status == 404, "\(none)")
            }
            #expect(try await api.post("/api/jobs/%00/requeue", "").status == 400, "no path holds a NUL")
        }
    }

    @Test func `jobs done by any worker, also in Python, count in their minute`() async throws {
        try await APIStack.with { stack, api in
            try await eventually("what workers do from now on counts") {
                try await api.get("/api/status").json["queues"] is [Any]
            }
            for number in 0..<3 { _ = try await api.post("/api/index", #"{"url":"\#(number)","content":"c"}"#) }
            try await stack.python(
                """
                module = types.ModuleType('worker'); sys.modules['worker'] = module
                def index_document_job(document):
                    if document['url'] == '2': raise ValueError('no')
                module.index_document_job = index_document_job
                worker = SimpleWorker(['indexing'], connection=r)
                worker.register_death = lambda *a: None
                worker.work(burst=True)
                """)
            try await eventually("they are counted") {
                let flow = try await api.get("/api/status").json["throughput"] as? [String: [[String: Int]]]
                let minutes = flow?["minutes"] ?? []
                func sum(_ name: String) -> Int { minutes.map { $0[name] ?? 0 }.reduce(0, +) }
                return sum("accepted") == 3 && sum("finished") == 2 && sum("failed") == 1
            }
        }
    }

    @Test func `without redis it is said what is not known`() async throws {
        try await APIStack.with { stack, api in
            stack.server.stop()
            try await eventually("the outage is seen") { try await api.get("/readyz").status == 503 }
            let status = try await api.get("/api/status")
            #expect(status.status == 200 && status.json["queues"] is NSNull)
            #expect(status.text("queues_reason")?.hasPrefix("redis: ") == true, "\(status.body)")
            let jobs = try await api.get("/api/jobs")
            #expect(jobs.status == 503 && jobs.headers.value(of: "retry-after") != nil && !jobs.body.contains("://"))
            #expect(try await api.post("/api/jobs/a/requeue", "").status == 503)
        }
    }

    @Test(arguments: ["state=x", "limit=0", "limit=201", "limit=x", "state=&limit=", "state=failed&limit=1.5"])
    func `what cannot be asked is refused by name`(_ query: String) async throws {
        try await APIStack.with { _, api in
            let answer = try await api.get("/api/jobs?\(query)")
            #expect(answer.status == 422 && answer.body.contains(#""loc":["query","#), "\(answer.body)")
        }
    }
}
