import Glibc
import Synchronization
import Testing

@testable import Indexing

@Suite struct ServiceOutageTests {
    @Test func `a refused connection is named, opens the breaker, and heals by the probe`() async throws {
        let port = try HTTPClientTests.closedPort()
        let tei = try FakeTEI().serve()
        let indexer = Indexer(
            Stack.settings(tei: tei.url, qdrant: "http://127.0.0.1:\(port)"), pack: DocumentChunker.lineByLine)
        await #expect { try await indexer.index(Stack.document(lines: 1)) } throws: {
            guard case .unavailable("qdrant", let fault)? = $0 as? IndexingFailure else { return false }
            return fault.reason == "connection refused (http://127.0.0.1:\(port))"
        }
        let health = await indexer.qdrant.check()
        #expect(!health.healthy && health.remedy == "nothing listens there: start it or fix PULSE_QDRANT_URL")
        guard case .none(let fault, _) = indexer.admission else { return #expect(Bool(false), "still admits work") }
        #expect(fault.service == .qdrant)
        #expect(await indexer.tei.check().healthy)
    }

    @Test func `after an outage one job is let through, then all`() async throws {
        let stack = try await Stack()
        stack.qdrant.state.withLock { $0.writesLeft = 0 }
        await #expect { try await stack.indexer.index(Stack.document(lines: 1)) } throws: {
            if case .unavailable("qdrant", _)? = $0 as? IndexingFailure { true } else { false }
        }
        stack.qdrant.state.withLock { $0.writesLeft = nil }
        #expect(await stack.indexer.qdrant.check().healthy)
        #expect(stack.indexer.admission == .one)
        _ = try await stack.indexer.index(Stack.document(lines: 1))
        #expect(stack.indexer.admission == .all)
    }

    @Test(arguments: [
        (
            ScriptedService.Answer.page("<html>Bad Gateway</html>", status: 502), "a proxy answered for a dead backend",
            false
        ),
        (.json("", status: 401), "API key was refused", true),
        (.json("", status: 404), "not found", true),
    ])
    func `a refusal of /embed has its class and its words`(
        answer: ScriptedService.Answer, words: String, isConfiguration: Bool
    ) async throws {
        let stack = try await Stack()
        #expect(await stack.indexer.tei.check().healthy)
        stack.tei.settings.withLock { $0.script = Array(repeating: answer, count: 20) }
        await #expect { try await stack.indexer.index(Stack.document(lines: 1)) } throws: { error in
            switch error as? IndexingFailure {
            case .configuration("tei", let fault): isConfiguration && fault.description.contains(words)
            case .unavailable("tei", let fault): !isConfiguration && fault.description.contains(words)
            default: false
            }
        }
        let health = stack.indexer.tei.lastSeen
        #expect(health?.healthy == false && health?.reason?.contains("secret") == false)
    }

    @Test func `a collection of another dimension is refused with both dimensions, the model and the collection`()
        async throws
    {
        let stack = try await Stack(.init(), FakeQdrant.State(dimension: 384))
        await #expect { try await stack.indexer.index(Stack.document(lines: 1)) } throws: {
            guard case .configuration("qdrant", let fault)? = $0 as? IndexingFailure else { return false }
            return ["384", "makes 4", "\"fake\"", "\"docs\""].allSatisfy { fault.reason.contains($0) }
        }
        #expect(await !stack.indexer.qdrant.check().healthy)
        #expect(stack.qdrant.state.withLock { $0.writes.isEmpty })
    }

    @Test func `the keys go out as each server wants them`() async throws {
        let stack = try await Stack()
        _ = try await stack.indexer.index(Stack.document(lines: 1))
        #expect(stack.teiService.calls.allSatisfy { $0.headers["authorization"] == "Bearer tei-secret" })
        #expect(stack.qdrantService.calls.allSatisfy { $0.headers["api-key"] == "qdrant-secret" })
    }

    @Test func `a failed inference is held against the text only when other texts succeed`() async throws {
        let failed = ScriptedService.Answer.json(#"{"error":"CUDA","error_type":"Backend"}"#, status: 424)
        let stack = try await Stack()
        _ = await stack.indexer.tei.check()
        // Three attempts fail, then the harmless text passes: the text is cut smaller.
        stack.tei.settings.withLock { $0.script = [failed, failed, failed] }
        #expect(try await stack.indexer.index(Stack.document(lines: 1)).chunksIndexed > 1)
        #expect(stack.indexer.admission == .all)
        stack.tei.settings.withLock { $0.script = Array(repeating: failed, count: 20) }
        await #expect { try await stack.indexer.index(Stack.document(lines: 2)) } throws: {
            if case .unavailable("tei", _)? = $0 as? IndexingFailure { true } else { false }
        }
    }

    @Test func `a worker that may have lost its jobs writes nothing, and Qdrant is not blamed`() async throws {
        let (tei, qdrant) = (FakeTEI(), FakeQdrant())
        let (teiService, qdrantService) = (try tei.serve(), try qdrant.serve())
        var settings = Stack.settings(tei: teiService.url, qdrant: qdrantService.url)
        let mayWrite = Mutex(true)
        settings.mayWrite = { mayWrite.withLock { $0 } }
        let indexer = Indexer(settings, pack: DocumentChunker.lineByLine)
        _ = try await indexer.index(Stack.document(lines: 2))
        mayWrite.withLock { $0 = false }
        await #expect { try await indexer.index(Stack.document(lines: 5)) } throws: {
            if case .unavailable("qdrant", _)? = $0 as? IndexingFailure { true } else { false }
        }
        #expect(qdrant.points.count == 2)
        #expect(indexer.admission == .all)
    }

    @Test func `a server that is only busy with texts stays trusted`() async throws {
        let (fake, qdrant) = (FakeTEI(), try FakeQdrant().serve())
        let isBusy = Mutex(false)
        let latch = Latch()
        defer { latch.open() }
        let tei = try ScriptedService { call in
            if call.path == "/embed", isBusy.withLock({ $0 }) { latch.wait() }
            return fake.answer(call)
        }
        var settings = Stack.settings(tei: tei.url, qdrant: qdrant.url)
        settings.tei.probeDeadline = .seconds(5)
        let indexer = Indexer(settings)
        #expect(await indexer.tei.check().healthy)
        isBusy.withLock { $0 = true }
        #expect(await indexer.tei.check().healthy)
    }

    @Test func `a server that others keep busy is given more time at each check`() async throws {
        let (fake, qdrant) = (FakeTEI(), try FakeQdrant().serve())
        let tei = try ScriptedService { call in
            // As long as the inputs before it take.
            if call.path == "/embed" { usleep(900_000) }
            return fake.answer(call)
        }
        var settings = Stack.settings(tei: tei.url, qdrant: qdrant.url)
        settings.tei.probeDeadline = .milliseconds(500)
        let indexer = Indexer(settings)
        #expect(await !indexer.tei.check().healthy)
        try await eventually("it is found to be there") { await indexer.tei.check().healthy }
        #expect(indexer.embeddings.knownFacts?.modelID == "fake")
    }

    @Test func `a server that was away is trusted again by checks alone`() async throws {
        let stack = try await Stack()
        _ = try await stack.indexer.index(Stack.document(lines: 1))
        stack.tei.settings.withLock { $0.script = Array(repeating: .json("{}", status: 503), count: 3) }
        _ = try? await stack.indexer.index(Stack.document(lines: 2, created: "2025-01-02T00:00:00Z"))
        guard case .none = stack.indexer.admission else { return #expect(Bool(false), "its breaker is closed") }
        _ = await stack.indexer.tei.check()
        #expect(stack.indexer.admission == .one)
        _ = await stack.indexer.tei.check()
        #expect(stack.indexer.admission == .all, "nothing but a job with something to embed would say so otherwise")
    }

    @Test func `a silent server is given no new jobs, and those it has come to their end`() async throws {
        let (fake, qdrant) = (FakeTEI(), try FakeQdrant().serve())
        let isSlow = Mutex(false)
        let (arrivals, arrived) = AsyncStream<Void>.makeStream()
        let latch = Latch()
        defer { latch.open() }
        let tei = try ScriptedService { call in
            if isSlow.withLock({ $0 }) {
                arrived.yield()
                latch.wait()
            }
            return fake.answer(call)
        }
        var settings = Stack.settings(tei: tei.url, qdrant: qdrant.url)
        settings.tei.probeDeadline = .milliseconds(500)
        let indexer = Indexer(settings, pack: DocumentChunker.lineByLine)
        try await eventually("the model is known") { await indexer.tei.check().healthy }
        isSlow.withLock { $0 = true }
        // More than one wave, so that requests follow those that are being waited for.
        let indexing = Task { try await indexer.index(Stack.document(lines: 300)) }
        for await _ in arrivals { break }
        #expect(await !indexer.tei.check().healthy)
        guard case .none(let fault, _) = indexer.admission else { return #expect(Bool(false), "still takes new jobs") }
        #expect(fault.isSilence)
        isSlow.withLock { $0 = false }
        latch.open()
        #expect(try await indexing.value.chunksIndexed == 300)
        try await eventually("all is well again") { await indexer.tei.check().healthy && indexer.admission == .all }
    }

    @Test func `a failed dependency of a call that embeds nothing is an outage`() async throws {
        let service = try ScriptedService { _ in .json("{}", status: 424) }
        let settings = Stack.settings(tei: service.url, qdrant: service.url)
        let caller = ServiceCaller(
            service: .qdrant, endpoint: settings.qdrant, http: HTTPClient(), retry: settings.retry)
        await #expect(throws: CallFailure.self) { try await caller.call(.get, "/") }
        #expect(caller.watch.refusal?.status == 424, "else its job would come back again and again")
    }

    @Test func `a server that is silent without any work is held to be away`() async throws {
        let silent = try RawServer(nil)
        var settings = Stack.settings(tei: "http://127.0.0.1:\(silent.port)", qdrant: "http://127.0.0.1:1")
        settings.tei.probeDeadline = .milliseconds(100)
        let indexer = Indexer(settings, pack: DocumentChunker.lineByLine)
        #expect(await !indexer.tei.check().healthy)
        #expect(indexer.embeddings.endpoints[0].caller.watch.refusal?.isSilence == true)
        #expect(indexer.tei.wasSilent(for: .milliseconds(50)) && !indexer.tei.wasSilent(for: .seconds(3600)))
    }

    @Test func `a cancelled task says so`() async throws {
        let (arrivals, arrived) = AsyncStream<Void>.makeStream()
        let latch = Latch()
        defer { latch.open() }
        let silent = try ScriptedService { _ in
            arrived.yield()
            latch.wait()
            return .json("{}")
        }
        let indexer = Indexer(Stack.settings(tei: silent.url, qdrant: silent.url), pack: DocumentChunker.lineByLine)
        let indexing = Task { try await indexer.index(Stack.document(lines: 1)) }
        for await _ in arrivals { break }
        indexing.cancel()
        await #expect(throws: IndexingFailure.cancelled) { try await indexing.value }
    }
}
