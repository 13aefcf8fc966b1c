import Testing

@testable import Indexing

/// What a server says of itself, and when it is asked again.
@Suite(.timeLimit(.minutes(1))) struct `The facts of an embedding server` {
    private typealias Base = `Embedding through TEI`

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
