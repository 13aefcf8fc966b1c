import Foundation
import Testing

@testable import Indexing
@testable import JobQueue

/// What the API answers on the wire, and what then stands in Redis.
@Suite struct APIRouteTests {
    @Test func `a document becomes a job, and its course can be asked for`() async throws {
        try await APIStack.with { stack, api in
            let answer = try await api.post("/api/index", #"{"url": "https://example.com", "content": "test"}"#)
            #expect(answer.status == 202, "\(answer.body)")
            let id = try #require(answer.text("job_id"))
            #expect(
                answer.body
                    == #"{"job_id":"\#(id)","status":"queued","message":"Document queued for indexing: https://example.com"}"#
            )
            #expect(try await stack.waiting() == [id])
            let job = try await api.get("/api/jobs/\(id)")
            #expect(job.status == 200 && job.text("status") == "queued" && job.text("url") == "https://example.com")
            try await stack.python(
                """
                module = types.ModuleType('worker'); sys.modules['worker'] = module
                module.index_document_job = lambda document: {'success': True, 'url': document['url'], 'chunks_indexed': 1}
                SimpleWorker(['indexing'], connection=r).work(burst=True)
                """)
            let done = try await api.get("/api/jobs/\(id)")
            #expect(
                done.text("status") == "finished"
                    && (done.json["result"] as? [String: Any])?["chunks_indexed"] as? Int == 1)
            #expect(done.text("ended_at") != nil && done.json["reason"] is NSNull)
            #expect(try await api.get("/api/jobs/nobody").status == 404)
            #expect(try await api.get("/api/jobs/x:dependents").status == 404)
        }
    }

    @Test func `a failed job tells its reason`() async throws {
        try await APIStack.with { stack, api in
            let id = try #require(try await api.post("/api/index", #"{"url":"u","content":"c"}"#).text("job_id"))
            let queue = stack.server.queue()
            let job = try #require(try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).first)
            _ = try await queue.finish(job, outcome: .failure("no such thing", mayRetry: false))
            let failed = try await api.get("/api/jobs/\(id)")
            #expect(failed.text("status") == "failed" && failed.text("reason") == "no such thing")
        }
    }

    @Test func `python finds every field that it asks for, of every way in`() async throws {
        try await APIStack.with { stack, api in
            let full =
                ##"{"url":"https://a/1","resolvedUrl":"https://a/2","title":"T","description":"D","markdown":"# é 😀","html":"<p>","statusCode":201,"gcsPath":"g","screenshotUrl":"s","language":"en","country":"DE","isMobile":true}"##
            #expect(try await api.post("/api/index", full).status == 202)
            let batch = try await api.post(
                "/api/index/batch", #"[{"url":"https://b/1","content":"x"},{"url":"https://b/2","content":"y"}]"#)
            #expect(batch.status == 202 && batch.json["queued_jobs"] as? Int == 2)
            let pages =
                ##"{"success":true,"type":"crawl.page","id":"c1","data":[{"markdown":"# w","metadata":{"url":"https://c/1","statusCode":200,"sourceURL":"https://c/"}}]}"##
            #expect(try await api.webhook(pages).status == 202)
            let seen = try await stack.python(
                """
                seen = []
                def index_document_job(document):
                    snake = {'url': str, 'resolved_url': str, 'title': (str, type(None)), 'description': (str, type(None)),
                             'markdown': str, 'html': str, 'status_code': int, 'gcs_path': (str, type(None)),
                             'screenshot_url': (str, type(None)), 'language': (str, type(None)),
                             'country': (str, type(None)), 'is_mobile': bool}
                    camel = {'resolved_url': 'resolvedUrl', 'status_code': 'statusCode', 'gcs_path': 'gcsPath',
                             'screenshot_url': 'screenshotUrl', 'is_mobile': 'isMobile'}
                    fields = snake if 'resolved_url' in document else {camel.get(k, k): t for k, t in snake.items()} | {'crawl_id': str}
                    assert list(document) == list(fields), list(document)
                    for name, kind in fields.items(): assert isinstance(document[name], kind), (name, document[name])
                    seen.append(document)
                    return {'success': True}
                module = types.ModuleType('worker'); sys.modules['worker'] = module
                module.index_document_job = index_document_job
                SimpleWorker(['indexing'], connection=r).work(burst=True)
                print(len(q.failed_job_registry), len(q.finished_job_registry))
                print(json.dumps(seen[0], ensure_ascii=False))
                print([d['url'] for d in seen], seen[1]['resolved_url'], seen[3]['resolvedUrl'], seen[3]['crawl_id'], seen[3]['isMobile'])
                """)
            #expect(
                seen == """
                    0 4
                    {"url": "https://a/1", "resolved_url": "https://a/2", "title": "T", "description": "D", "markdown": "# é 😀", "html": "<p>", "status_code": 201, "gcs_path": "g", "screenshot_url": "s", "language": "en", "country": "DE", "is_mobile": true}
                    ['https://a/1', 'https://b/1', 'https://b/2', 'https://c/1'] https://b/1 https://c/ c1 False
                    """)
        }
    }

    @Test func `a job of ours looks like one of python's`() async throws {
        try await APIStack.with(["PULSE_JOB_TIMEOUT": "7m"]) { stack, api in
            let id = try #require(try await api.post("/api/index", #"{"url":"u","content":"c"}"#).text("job_id"))
            #expect(
                try await stack.python(
                    """
                    mine, theirs = job('\(id)'), put(1)
                    fields = lambda j: sorted(r.hgetall('rq:job:' + j.id))
                    print(fields(mine) == fields(theirs), mine.timeout, mine.get_status().value, mine.origin, r.smembers('rq:queues'), r.ttl('rq:job:\(id)'))
                    """) == "True 420 queued indexing {b'rq:queue:indexing'} -1")
        }
    }

    @Test func `firecrawl is told what the replaced service told it`() async throws {
        try await APIStack.with { stack, api in
            let item: (Int) -> String = { #"{"markdown":"m","metadata":{"url":"https://a/\#($0)","statusCode":200}}"# }
            let pages = try await api.webhook(
                #"{"success":true,"type":"crawl.page","id":"c","data":[\#(item(1)),\#(item(2))]}"#)
            let ids = try #require(pages.json["job_ids"] as? [String])
            #expect(pages.status == 202 && pages.text("status") == "queued" && pages.json["queued_jobs"] as? Int == 2)
            #expect(try await stack.waiting() == ids)
            let empty = try await api.webhook(#"{"success":true,"type":"batch_scrape.page","id":"c","data":[]}"#)
            #expect(empty.status == 200 && empty.body == #"{"status":"no_documents","queued_jobs":0,"job_ids":[]}"#)
            let notice = try await api.webhook(#"{"success":true,"type":"crawl.completed","id":"c"}"#)
            #expect(notice.status == 200 && notice.body == #"{"status":"acknowledged","event_type":"crawl.completed"}"#)
            let failure = try await api.webhook(#"{"success":false,"id":"c","error":"no"}"#)
            #expect(
                failure.status == 200 && failure.text("event_id") == "c" && failure.text("status") == "acknowledged")
            let invalid = try await api.webhook(#"{"type":"crawl.page","id":"c","data":[\#(item(3)),{}]}"#)
            #expect(invalid.status == 422)
            #expect(try await api.webhook("{").status == 422)
            #expect(try await stack.waiting() == ids, "of one that is wrong none is taken")
        }
    }

    @Test func `a signature is over the very bytes`() async throws {
        try await APIStack.with { stack, api in
            let body = #"{"success":true,"type":"crawl.completed","id":"c"}"#
            let right = "sha256=" + HMACDigest.sha256(Array(body.utf8), Array(RunningAPI.webhookSecret.utf8))
            #expect(try await api.webhook(body, signature: right).status == 200)
            #expect(try await api.webhook(body, signature: "sha256=" + right.dropFirst(7).uppercased()).status == 200)
            #expect(try await api.webhook(body + " ", signature: right).status == 401)
            #expect(try await api.webhook(body, signature: "sha256=" + String(repeating: "0", count: 64)).status == 401)
            #expect(try await api.webhook(body, signature: String(right.dropLast())).status == 400)
            #expect(try await api.webhook(body, signature: right + right).status == 400)
            let bare = try await api.call(.post, "/api/webhook/firecrawl", body)
            #expect(bare.status == 401 && bare.headers.value(of: "www-authenticate") == "Bearer")
            let name = try await api.call(
                .post, "/api/webhook/firecrawl", body, headers: ["x-FIRECRAWL-signature: \(right)"])
            #expect(name.status == 200)
        }
    }

    @Test func `who may ask, and how what is wrong is told`() async throws {
        try await APIStack.with(["PULSE_CORS_ORIGINS": "https://app.example"]) { _, api in
            let json = "Content-Type: application/json"
            let none = try await api.call(.post, "/api/index", "{}", headers: [json])
            #expect(none.status == 401 && none.headers.value(of: "www-authenticate") == "Bearer")
            #expect(none.text("detail") == "Missing Authorization header")
            for header in ["Bearer wrong", "Bearer \(RunningAPI.secret.dropLast())", "Bearer \(RunningAPI.secret)0"] {
                #expect(try await api.call(.get, "/api/stats", headers: ["Authorization: \(header)"]).status == 401)
            }
            let twice = ["Authorization: Bearer \(RunningAPI.secret)", "Authorization: Bearer \(RunningAPI.secret)"]
            #expect(try await api.call(.get, "/api/stats", headers: twice).status == 401)
            #expect(
                try await api.call(.get, "/api/jobs/x", headers: ["AUTHORIZATION: \(RunningAPI.secret)"]).status == 404)
            let invalid = try await api.post("/api/index", "{}")
            #expect(invalid.status == 422 && (invalid.json["detail"] as? [[String: Any]])?.count == 2)
            #expect(try await api.get("/nothing").body == #"{"detail":"Not Found"}"#)
            let method = try await api.get("/api/index")
            #expect(method.status == 405 && method.headers.value(of: "allow") == "POST")
            let named = try await api.call(
                .get, "/livez", headers: ["X-Request-ID: my-own", "Origin: https://app.example"])
            #expect(named.headers.value(of: "x-request-id") == "my-own")
            #expect(named.headers.value(of: "access-control-allow-origin") == "https://app.example")
            let unnamed = try await api.call(.get, "/livez", headers: ["X-Request-ID: not sane"])
            #expect(unnamed.headers.value(of: "x-request-id")?.count == 32)
            #expect(try await api.get("/openapi.json").text("openapi") == "3.1.0")
            #expect(try await api.get("/").text("service") == "pulse-api")
        }
    }

    @Test func `without a secret, whoever is on this machine and no web page`() async throws {
        try await APIStack.with(["PULSE_API_SECRET": ""]) { stack, api in
            let document = #"{"url":"u","content":"c"}"#
            let json = "Content-Type: application/json"
            #expect(try await api.call(.post, "/api/index", document, headers: [json]).status == 202)
            #expect(
                try await api.call(.post, "/api/index", document, headers: ["Content-Type: text/plain"]).status == 415)
            let rebound = try await api.call(.post, "/api/index", document, headers: [json, "Host: evil.example"])
            #expect(rebound.status == 403)
            #expect(try await stack.waiting().count == 1)
        }
    }

    @Test func `an address that asks too often is told when to come again, and Firecrawl never`() async throws {
        try await APIStack.with(["PULSE_API_RATE": "2"]) { stack, api in
            let document = #"{"url":"u","content":"c"}"#
            for _ in 0..<2 { #expect(try await api.post("/api/index", document).status == 202) }
            let third = try await api.post("/api/index", document)
            #expect(third.status == 429 && third.text("error") != nil && third.headers.value(of: "retry-after") != nil)
            #expect(try await stack.waiting().count == 2, "whoever waits is not served first")
            #expect(try await api.webhook(#"{"success":false}"#).status == 200)
            #expect(try await api.call(.get, "/health").status == 200)
        }
    }

    @Test func `chunks are found, each with all that its point carries but our state`() async throws {
        try await APIStack.with { stack, api in
            _ = try await stack.indexer().index(Stack.document(lines: 3))
            let answer = try await api.post("/api/search", #"{"query":"line 1","mode":"semantic","limit":2}"#)
            #expect(
                answer.status == 200 && answer.text("mode") == "semantic" && answer.json["total"] as? Int == 2,
                "\(answer.body)")
            let hit = try #require((answer.json["results"] as? [[String: Any]])?.first)
            #expect(Set(hit.keys) == ["id", "url", "title", "description", "text", "score", "metadata"])
            #expect(hit["url"] as? String == Stack.url && hit["title"] as? String == "Title")
            let metadata = try #require(hit["metadata"] as? [String: Any])
            #expect(metadata["canonical_url"] != nil && metadata["chunk_index"] != nil)
            #expect(metadata["content_hash"] == nil && metadata["generation"] == nil && metadata["chunk_high"] == nil)
            let stats = try await api.get("/api/stats")
            #expect(
                stats.status == 200 && stats.json["total_documents"] as? Int == 1
                    && stats.json["total_chunks"] as? Int == 3, "\(stats.body)")
            #expect(stats.text("collection_name") == "docs")
            #expect(try await api.post("/api/search", #"{"query":" "}"#).status == 422)
        }
    }
}
