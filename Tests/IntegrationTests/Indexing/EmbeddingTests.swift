import Synchronization
import Testing

@testable import Indexing

/// Texts to vectors through servers as TEI 1.7 to 1.9 behave.
@Suite(.timeLimit(.minutes(1))) struct `Embedding through TEI` {
    @Test(arguments: [false, true]) func `a batch that is too large is cut by what the server takes`(isOld: Bool)
        async throws
    {
        let tei = FakeTEI(FakeTEI.Settings(batch: 20, namedBatch: 32, isOld: isOld))
        let server = try tei.serve()
        let embeddings = Self.embeddings([server.url])
        try await expectVectors(embeddings, Self.texts(70))
        #expect(server.calls.count { $0.path == "/info" } > 1, "the limits are read again")
        #expect(tei.batches.withLock { $0.filter { $0 > 20 }.count } <= 2)
    }

    @Test func `a server that comes back with a smaller batch size is asked for it once`() async throws {
        let tei = FakeTEI()
        let server = try tei.serve()
        let embeddings = Self.embeddings([server.url])
        try await expectVectors(embeddings, Self.texts(40))
        tei.settings.withLock { $0.batch = 8 }
        tei.batches.withLock { $0 = [] }
        try await expectVectors(embeddings, Self.texts(40))
        #expect(embeddings.knownFacts?.maxClientBatchSize == 8)
        try await expectVectors(embeddings, Self.texts(40))
        #expect(tei.batches.withLock { $0.filter { $0 > 8 }.count } <= 2)
    }

    @Test func `a body that is too large is cut by bytes, and a text that is too large alone comes back`() async throws
    {
        let tei = FakeTEI(FakeTEI.Settings(payload: 3000))
        let server = try tei.serve()
        let embeddings = Self.embeddings([server.url])
        try await expectVectors(embeddings, (0..<32).map { "text \($0) " + String(repeating: "x", count: 200) })
        let outcomes = try await embeddings.embed(["short", String(repeating: "y", count: 5000)])
        #expect(outcomes.first == .vector(Self.vector("short")))
        guard case .rejected(let fault)? = outcomes.last else { return #expect(Bool(false), "not rejected") }
        #expect(fault.status == 413)
    }

    @Test(arguments: [false, true]) func `a text with too many tokens is found by its bytes, without a question`(
        isOld: Bool
    ) async throws {
        let tei = FakeTEI(FakeTEI.Settings(window: 40, isOld: isOld))
        let server = try tei.serve()
        let embeddings = Self.embeddings([server.url])
        _ = try await embeddings.facts()
        let asked = server.calls.count
        // Not so much longer than the others that it would go alone.
        let long = String(repeating: "w ", count: 38) + "w"
        let short = (10..<25).map { "\($0) " + String(repeating: "x", count: 35) }
        let outcomes = try await embeddings.embed(short + [long] + short)
        #expect(outcomes.filter { if case .vector = $0 { true } else { false } }.count == 30)
        #expect(server.calls.count - asked == 2, "the refused request, and the innocent ones")
    }

    @Test func `among long texts the tokenizer finds those with too many tokens`() async throws {
        let tei = FakeTEI(FakeTEI.Settings(window: 40))
        let server = try tei.serve()
        let embeddings = Self.embeddings([server.url])
        _ = try await embeddings.facts()
        let asked = server.calls.count
        var texts = (0..<30).map { "\($0) " + String(repeating: "long", count: 30) }
        texts[7] = String(repeating: "w ", count: 60)
        texts[21] = String(repeating: "v ", count: 60)
        let outcomes = try await embeddings.embed(texts)
        for (index, outcome) in outcomes.enumerated() {
            if case .rejected = outcome {
                #expect([7, 21].contains(index))
            } else {
                #expect(![7, 21].contains(index))
            }
        }
        #expect(server.calls.dropFirst(asked).map(\.path) == ["/embed", "/tokenize", "/embed"])
    }

    @Test func `texts whose tokens are too large an answer are asked about in halves`() async throws {
        let fake = FakeTEI()
        let server = try ScriptedService { call in
            guard call.path == "/tokenize", (call.json["inputs"] as? [String])?.count ?? 0 > 2 else {
                return fake.answer(call)
            }
            return ScriptedService.Answer(body: [UInt8](repeating: 0x20, count: (64 << 20) + 1))
        }
        let embeddings = Self.embeddings([server.url])
        _ = try await embeddings.facts()
        let texts = (0..<5).map { String(repeating: "word ", count: $0) }
        #expect(try await embeddings.tokenize(texts).map(\.count) == [0, 1, 2, 3, 4])
        #expect(embeddings.admission == .all)
    }

    @Test func `texts of several documents go in one request while others are under way`() async throws {
        let (fake, latch) = (FakeTEI(), Latch())
        let held = Mutex(0)
        defer { latch.open() }
        let (arrivals, arrived) = AsyncStream<Void>.makeStream()
        let isHeld = Mutex(false)
        let server = try ScriptedService { call in
            if call.path == "/embed", isHeld.withLock({ $0 }),
                held.withLock({
                    $0 += 1; return $0 <= 4
                })
            {
                arrived.yield()
                latch.wait()
            }
            return fake.answer(call)
        }
        let embeddings = Self.embeddings([server.url])
        _ = try await embeddings.facts()
        isHeld.withLock { $0 = true }
        fake.batches.withLock { $0 = [] }
        var arrivalsLeft = arrivals.makeAsyncIterator()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                group.addTask { try await expectVectors(embeddings, ["first \(number)"]) }
                _ = await arrivalsLeft.next()
            }
            for number in 0..<8 {
                group.addTask { try await expectVectors(embeddings, Self.texts(3, "document \(number)")) }
            }
            try await eventually("all wait") { embeddings.waiting == 24 }
            latch.open()
            try await group.waitForAll()
        }
        #expect(fake.batches.withLock { $0.sorted().suffix(1) } == [24])
    }

    @Test func `a document that is cancelled leaves the others alone`() async throws {
        let (fake, latch) = (FakeTEI(), Latch())
        defer { latch.open() }
        let (arrivals, arrived) = AsyncStream<Void>.makeStream()
        let isHeld = Mutex(false)
        let server = try ScriptedService { call in
            if call.path == "/embed", isHeld.withLock({ $0 }) {
                arrived.yield()
                latch.wait()
            }
            return fake.answer(call)
        }
        let embeddings = Self.embeddings([server.url])
        _ = try await embeddings.facts()
        isHeld.withLock { $0 = true }
        let cancelled = Task { try await embeddings.embed(Self.texts(100, "cancelled")) }
        for await _ in arrivals { break }
        let kept = Task { try await expectVectors(embeddings, Self.texts(40, "kept")) }
        try await eventually("both wait") { embeddings.waiting >= 100 }
        cancelled.cancel()
        await #expect(throws: CallFailure.cancelled) { try await cancelled.value }
        latch.open()
        try await kept.value
        try await eventually("nothing is left") { embeddings.waiting == 0 }
    }

    @Test func `a document's prompt is sent, counted against the window and part of its recipe`() async throws {
        let tei = FakeTEI(FakeTEI.Settings(prompts: ["doc": "two words ", "query": "search "]))
        let server = try tei.serve()
        let settings = EmbeddingSettings(prompt: "doc", queryPrompt: "query")
        let embeddings = Self.embeddings([server.url], settings)
        let facts = try await embeddings.facts()
        #expect(facts.specialTokens == 4 && facts.textTokens == 508)
        #expect(try await embeddings.embed(["text"]) == [.vector(Self.vector("two words text"))])
        #expect(try await embeddings.embed(query: "text") == Self.vector("search text"))
    }

    @Test(arguments: ["PULSE_TEI_PROMPT", "PULSE_TEI_QUERY_PROMPT", "PULSE_TEI_DIMENSIONS"])
    func `what the model does not have is the setting's fault`(name: String) async throws {
        let server = try FakeTEI().serve()
        var settings = EmbeddingSettings()
        switch name {
        case "PULSE_TEI_PROMPT": settings.prompt = "none"
        case "PULSE_TEI_QUERY_PROMPT": settings.queryPrompt = "none"
        default: settings.dimensions = 5
        }
        let embeddings = Self.embeddings([server.url], settings)
        await #expect {
            _ = try await embeddings.embed(["text"])
            _ = try await embeddings.embed(query: "text")
        } throws: {
            guard case .fault(let fault)? = $0 as? CallFailure else { return false }
            return fault.kind == .configuration && fault.remedy?.contains(name) == true
        }
        #expect(embeddings.health?.healthy == false)
    }

    @Test func `fewer dimensions are asked for and had`() async throws {
        let server = try FakeTEI().serve()
        let embeddings = Self.embeddings([server.url], EmbeddingSettings(dimensions: 3))
        #expect(try await embeddings.facts().dimension == 3)
        #expect(try await embeddings.embed(["text"]) == [.vector(Self.vector("text", 3))])
    }

    private func expectVectors(_ embeddings: TextEmbeddings, _ texts: [String]) async throws {
        #expect(try await embeddings.embed(texts) == texts.map { .vector(Self.vector($0)) })
    }
}

extension `Embedding through TEI` {
    static func embeddings(_ urls: [String], _ settings: EmbeddingSettings = EmbeddingSettings()) -> TextEmbeddings {
        var stack = Stack.settings(tei: urls[0], qdrant: urls[0])
        stack.teiReplicas = Array(urls.dropFirst())
        let http = HTTPClient()
        return TextEmbeddings(
            callers: stack.teiEndpoints.map {
                ServiceCaller(service: .tei, endpoint: $0, http: http, retry: stack.retry)
            }, settings: settings, retry: stack.retry)
    }

    static func texts(_ count: Int, _ name: String = "text") -> [String] { (0..<count).map { "\(name) number \($0)" } }

    static func vector(_ text: String, _ dimension: Int = 4) -> EmbeddedVector {
        let bytes = Array(FakeTEI.vector(text, dimension).utf8)
        return EmbeddedVector(answer: bytes, range: 0..<bytes.count)
    }
}
