import Testing

@testable import JobQueue

/// Data that is too large to come with its claim.
@Suite struct LargeDataTests {
    /// Incompressible: 2 MB in Redis too.
    private static let enqueue = """
        import os
        text = os.urandom(1 << 20).hex()
        q.enqueue('worker.index_document_job', {'url': 'https://e.com/large', 'markdown': text}, job_id='large')
        put(1)
        """

    @Test func `it stays in Redis until its job is opened, and comes whole`() async throws {
        try await QueueServer.with { server, python in
            try await python(Self.enqueue)
            let queue = server.queue()
            let jobs = try await queue.claim(upTo: 2, byteBudget: 8 << 20, waitMilliseconds: 0)
            #expect(jobs.map(\.id) == ["large", "job-1"])
            #expect(jobs[0].isUnread && jobs[0].large?.data == nil && jobs[0].size > 1 << 20)
            #expect(!jobs[1].isUnread, "small data comes with the claim")
            let opened = try await queue.open(jobs[0])
            guard case .success(.documents(let documents, _)) = await opened.read() else {
                return #expect(Bool(false), "not read")
            }
            #expect(documents.first?.markdown?.utf8.count == 2 << 20)
        }
    }

    @Test func `a job that is deleted before it is opened is lost, and nothing is written about it`() async throws {
        try await QueueServer.with { server, python in
            try await python(Self.enqueue)
            let queue = server.queue()
            let jobs = try await queue.claim(upTo: 2, byteBudget: 8 << 20, waitMilliseconds: 0)
            try await python("r.delete('rq:job:large')")
            let opened = try await queue.open(jobs[0])
            guard case .failure(let refusal) = opened.payload else { return #expect(Bool(false), "something was read") }
            #expect(try await queue.finish(opened, outcome: .failure("\(refusal)", mayRetry: false)) == .lost)
            #expect(try await python("print(r.exists('rq:job:large'))") == "0")
        }
    }

    @Test func `a slow line delays it, and is no reason to fetch it anew without end`() async throws {
        try await QueueServer.with { server, python in
            try await python(Self.enqueue)
            let proxy = try RedisProxy(to: .unix(path: server.socket))
            defer { proxy.close() }
            let queue = server.queue {
                $0.url = proxy.url
                $0.timeout = .milliseconds(500)
            }
            let job = try #require(try await queue.claim(upTo: 1, byteBudget: 8 << 20, waitMilliseconds: 0).first)
            proxy.fail(by: .crawls)
            let clock = ContinuousClock.now
            #expect(try await queue.open(job).inflatedSize > 2 << 20)
            #expect(clock.duration(to: .now) > .milliseconds(500), "the line was not slow")
        }
    }

    @Test func `what is larger than any job may be is refused unread`() async throws {
        try await QueueServer.with { server, python in
            try await python("put(); r.hset('rq:job:job-0', 'data', b'x' * (66 << 20))")
            let queue = server.queue()
            let job = try #require(try await queue.claim(upTo: 1, byteBudget: 8 << 20, waitMilliseconds: 0).first)
            try await server.redis("CONFIG", "RESETSTAT")
            let opened = try await queue.open(job)
            guard case .failure(.compression(.bomb)) = opened.payload, !opened.isLarge, !opened.isUnread else {
                return #expect(Bool(false), "\(opened.payload)")
            }
            let stats = try await server.redis("INFO", "stats").text ?? ""
            let sent = stats.split(whereSeparator: \.isNewline).first { $0.hasPrefix("total_net_output_bytes:") }
            #expect(sent.flatMap { Int($0.dropFirst(23)) }.map { $0 < 1 << 20 } == true, "\(stats)")
        }
    }

    @Test func `it is fetched over a new connection when the old one was cut`() async throws {
        try await QueueServer.with { server, python in
            try await python(Self.enqueue)
            let queue = server.queue()
            let job = try #require(try await queue.claim(upTo: 1, byteBudget: 8 << 20, waitMilliseconds: 0).first)
            _ = try await queue.open(job)
            try await python(
                "[r.client_kill_filter(_id=c['id']) for c in r.client_list() if c['name'].endswith('.data')]")
            #expect(try await queue.open(job).inflatedSize > 2 << 20)
        }
    }
}
