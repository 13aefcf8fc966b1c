import Foundation
import Testing

@testable import Indexing
@testable import JobQueue

/// The API while what it needs is away, and at its own end.
@Suite struct APIOutageTests {
    @Test func `a webhook is held while redis is away, and taken when it is back`() async throws {
        try await APIStack.with(durable: true) { stack, api in
            stack.server.stop()
            let body =
                #"{"success":true,"type":"crawl.page","id":"c","data":[{"markdown":"m","metadata":{"url":"u","statusCode":200}}]}"#
            let sending = Task { try await api.webhook(body) }
            try await eventually("the outage is seen") { try await api.get("/readyz").status == 503 }
            try await stack.server.start()
            let answer = try await sending.value
            // Held for eight seconds at most: a machine that starts Redis later than that answers 503, and has no job.
            #expect(answer.status == 202 || answer.status == 503)
            let ids = answer.json["job_ids"] as? [String] ?? []
            #expect(try await stack.waiting() == ids)
        }
    }

    @Test func `an outage is named without its address, and turns nobody away who does not need the service`()
        async throws
    {
        try await APIStack.with { stack, api in
            try await eventually("all are healthy") { try await api.get("/health").text("status") == "healthy" }
            stack.services.teiService.stop()
            try await eventually("TEI's outage is seen") { try await api.get("/health").text("status") == "degraded" }
            let health = try await api.call(.get, "/health")
            let services = try #require(health.json["services"] as? [String: String])
            #expect(health.status == 200 && services["redis"] == "healthy" && services["qdrant"] == "healthy")
            #expect(services["tei"]?.hasPrefix("unhealthy: ") == true && !health.body.contains("://"), "\(health.body)")
            #expect(try await api.get("/readyz").status == 200)
            #expect(try await api.post("/api/index", #"{"url":"u","content":"c"}"#).status == 202)
            let search = try await api.post("/api/search", #"{"query":"q","mode":"semantic"}"#)
            #expect(
                search.status == 503 && search.headers.value(of: "retry-after") != nil && !search.body.contains("://"),
                "\(search.body)")
            stack.services.qdrantService.stop()
            let stats = try await api.get("/api/stats")
            #expect(stats.status == 503 && !stats.body.contains("://"), "\(stats.body)")
        }
    }

    @Test func `a job can be asked about again as soon as redis is back`() async throws {
        try await APIStack.with(durable: true) { stack, api in
            let id = try #require(try await api.post("/api/index", #"{"url":"u","content":"c"}"#).text("job_id"))
            #expect(try await api.get("/api/jobs/\(id)").status == 200)
            stack.server.stop()
            try await eventually("the outage is seen") { try await api.get("/readyz").status == 503 }
            let away = try await api.get("/api/jobs/\(id)")
            #expect(
                away.status == 503 && away.text("detail")?.hasPrefix("Queue unavailable: redis ") == true,
                "\(away.body)")
            try await stack.server.start()
            try await eventually("its return is seen") { try await api.get("/readyz").status == 200 }
            #expect(try await api.get("/api/jobs/\(id)").status == 200, "over the connection of before")
        }
    }

    @Test func `a redis that answers and takes no document is no healthy one`() async throws {
        try await APIStack.with { stack, api in
            let document = #"{"url":"u","content":"c"}"#
            let id = try #require(try await api.post("/api/index", document).text("job_id"))
            try await stack.server.redis("ACL", "SETUSER", "default", "-hset")
            #expect(try await api.post("/api/index", document).status == 503)
            func redis() async throws -> String? {
                (try await api.get("/health").json["services"] as? [String: String])?["redis"]
            }
            try await eventually("health says so") { try await redis()?.hasPrefix("unhealthy: ") == true }
            #expect(
                try await api.get("/readyz").status == 200, "whoever never asks again never finds out that it is over")
            #expect(try await api.get("/api/jobs/\(id)").status == 200, "what it does answer is asked")
            try await stack.server.redis("ACL", "SETUSER", "default", "+hset")
            #expect(try await api.post("/api/index", document).status == 202)
            try await eventually("health says so again") { try await redis() == "healthy" }
        }
    }

    @Test func `searches that nobody answers leave room for documents`() async throws {
        try await APIStack.with { stack, api in
            _ = try await stack.indexer().index(Stack.document(lines: 1))
            // Then the model is known, and nobody but the searches embeds.
            try await eventually("all is well") { try await api.get("/health").text("status") == "healthy" }
            stack.services.teiService.hold(\.embedsDocument)
            let search = #"{"query":"q","mode":"semantic"}"#
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<140 { group.addTask { try await api.post("/api/search", search).status } }
                for _ in 0..<12 { #expect(try await group.next() == 503) }
                try await eventually("the others wait") { stack.services.teiService.held == 128 }
                let refused = try await api.get("/api/stats")
                #expect(refused.status == 503 && refused.headers.value(of: "retry-after") != nil)
                #expect(refused.text("detail")?.hasPrefix("128 requests wait") == true, "\(refused.body)")
                #expect(try await api.post("/api/index", #"{"url":"u","content":"c"}"#).status == 202)
                stack.services.teiService.release()
                for try await status in group { #expect(status == 200) }
            }
            #expect(try await api.get("/api/stats").status == 200)
        }
    }

    @Test func `whoever has begun gets an answer before the API ends`() async throws {
        try await APIStack.with { stack, api in
            _ = try await stack.indexer().index(Stack.document(lines: 1))
            stack.services.teiService.hold { $0.path == "/embed" }
            let search = Task { try await api.post("/api/search", #"{"query":"q","mode":"semantic"}"#) }
            try await eventually("the search waits for TEI") { stack.services.teiService.held > 0 }
            api.signal(SIGTERM)
            try await eventually("it is stopping") { api.log.contains("requests that have begun") }
            stack.services.teiService.release()
            #expect(try await search.value.status > 0)
            #expect(try await api.end() == 0)
        }
    }

    @Test func `settings that it cannot work with are refused with the reason`() async throws {
        try await APIStack.with { stack, _ in
            let open = try stack.start(["PULSE_API": "0.0.0.0:1", "PULSE_API_SECRET": ""])
            #expect(try await open.end() == 78)
            #expect(open.log.contains("PULSE_API_SECRET"), "\(open.log)")
            let busy = try stack.start()
            try await busy.untilServing()
            let port = busy.url.split(separator: ":").last ?? ""
            let second = try stack.start(["PULSE_API": "127.0.0.1:\(port)"])
            #expect(try await second.end() == 78)
            #expect(second.log.contains("cannot listen at 127.0.0.1:\(port)"), "\(second.log)")
            let none = try stack.start(["PULSE_API": ""])
            #expect(try await none.end() == 78)
            let stranger = try stack.start(["PULSE_LISTENER_FD": "0"])
            #expect(try await stranger.end() == 78)
        }
    }
}
