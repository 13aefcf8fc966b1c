import Synchronization
import Testing

@testable import Indexing

/// What a server says of itself, and when it is asked again.
@Suite(.timeLimit(.minutes(1))) struct `The facts of an embedding server` {
    private typealias Base = `Embedding through TEI`

    @Test func `a refusal that names another window has the facts read again`() async throws {
        let tei = FakeTEI()
        let server = try tei.serve()
        let embeddings = Base.embeddings([server.url])
        _ = try await embeddings.facts()
        tei.settings.withLock { $0.window = 10 }
        let outcomes = try await embeddings.embed([String(repeating: "w ", count: 20), "short"])
        guard case .rejected? = outcomes.first else { return #expect(Bool(false), "not rejected") }
        #expect(outcomes.last == .vector(Base.vector("short")))
        #expect(embeddings.knownFacts?.maxInputLength == 10)
        let asked = server.calls.count
        _ = try await embeddings.embed([String(repeating: "w ", count: 20)])
        #expect(server.calls.dropFirst(asked).map(\.path) == ["/embed"], "what it says holds now")
    }

    @Test func `a server that lost a connection and works again may be another: its facts are read again`() async throws
    {
        let tei = FakeTEI()
        let server = try tei.serve()
        let embeddings = Base.embeddings([server.url])
        _ = try await embeddings.facts()
        tei.settings.withLock {
            $0.window = 100
            $0.script = [.json("[[0.1,").cut]
        }
        #expect(try await embeddings.embed(["text"]) == [.vector(Base.vector("text"))])
        #expect(embeddings.knownFacts?.maxInputLength == 100)
        let asked = server.calls.count
        #expect(try await embeddings.embed(["again"]) == [.vector(Base.vector("again"))])
        #expect(server.calls.dropFirst(asked).map(\.path) == ["/embed"])
    }

    @Test func `many documents that want the model's facts share one question`() async throws {
        let server = try FakeTEI().serve()
        let embeddings = Base.embeddings([server.url])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<32 { group.addTask { _ = try await embeddings.facts() } }
            try await group.waitForAll()
        }
        #expect(server.calls.map(\.path) == ["/info", "/embed", "/tokenize", "/tokenize"])
    }

    @Test(arguments: [Int.min, 0, 1 << 40]) func `a limit that no server has is refused`(window: Int) async throws {
        let server = try FakeTEI(FakeTEI.Settings(window: window)).serve()
        let embeddings = Base.embeddings([server.url])
        await #expect { _ = try await embeddings.facts() } throws: {
            guard case .fault(let fault)? = $0 as? CallFailure else { return false }
            return fault.kind == .configuration && fault.reason.contains("/info")
        }
    }

    @Test(arguments: ["max_input_length", "max_batch_tokens", "max_client_batch_size", "max_concurrent_requests"])
    func `each of its limits is bounded`(name: String) {
        let limits = ["max_input_length", "max_batch_tokens", "max_client_batch_size", "max_concurrent_requests"]
        for (value, isTaken) in [(0, false), (1, true), (1 << 31, true), (1 << 31 | 1, false)] {
            let fields = limits.map { #""\#($0)":\#($0 == name ? value : 512)"# }.joined(separator: ",")
            #expect((InfoAnswer.parse(Array(#"{"model_id":"m",\#(fields)}"#.utf8)) != nil) == isTaken, "\(value)")
        }
    }
}
