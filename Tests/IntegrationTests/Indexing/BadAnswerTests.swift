import Synchronization
import Testing

@testable import Indexing

/// What either server may answer that it should not: each kind, from each route, has its class and its words, is never held
/// against the document, and is forgotten once the server is itself again.
@Suite struct `Bad answers` {
    struct Route: Sendable, CustomTestStringConvertible {
        let service: ServiceFault.Service
        let call: String
        var testDescription: String { "\(service.rawValue) \(call)" }

        func isMeant(by call: ScriptedService.Call) -> Bool { "\(call.method) \(call.path)" == self.call }
    }

    struct Kind: Sendable, CustomTestStringConvertible {
        let name: String
        /// Nil: none at all.
        let answer: ScriptedService.Answer?
        let isConfiguration: Bool
        let words: String
        var testDescription: String { name }
    }

    static let routes = [
        Route(service: .tei, call: "GET /info"), Route(service: .tei, call: "POST /tokenize"),
        Route(service: .tei, call: "POST /embed"), Route(service: .qdrant, call: "GET /collections/docs"),
        Route(service: .qdrant, call: "POST /collections/docs/points"),
        Route(service: .qdrant, call: "PUT /collections/docs/points"),
    ]

    static let kinds = [
        Kind(
            name: "truncated", answer: .json(#"{"result":[[0.1,0.2"#).cut, isConfiguration: false,
            words: "connection closed before the answer was complete"),
        Kind(name: "none", answer: nil, isConfiguration: false, words: "no complete answer in time"),
        Kind(
            name: "not HTTP", answer: ScriptedService.Answer(body: Array("-ERR unknown command 'POST'\r\n".utf8)).bare,
            isConfiguration: true, words: "what listens there does not speak HTTP as it should"),
        Kind(name: "garbage", answer: .json("}{garbage"), isConfiguration: true, words: "check PULSE_"),
        Kind(name: "another shape", answer: .json(#"{"answer":42}"#), isConfiguration: true, words: "check PULSE_"),
        Kind(
            name: "another type", answer: ScriptedService.Answer(type: "text/plain", body: Array("fine".utf8)),
            isConfiguration: true, words: "content type text/plain instead of JSON"),
        Kind(
            name: "a proxy's page", answer: .page("<html>Welcome</html>", status: 200), isConfiguration: true,
            words: "an HTML page instead of JSON"),
        Kind(
            name: "a redirect",
            answer: .json("", status: 307, headers: ["Location": "https://other.example/login?token=secret"]),
            isConfiguration: true, words: "redirected to https://other.example ("),
    ]

    static let ofVectors = [
        Kind(
            name: "too many vectors", answer: .json("[[1,2,3,4],[1,2,3,4],[1,2,3,4]]"), isConfiguration: true,
            words: "vectors, got 3"),
        Kind(
            name: "another dimension", answer: .json("[[1,2,3]]"), isConfiguration: true,
            words: "dimensions instead of 4"),
        Kind(name: "null", answer: .json("[[1,2,3,null],[1,2,3,4]]"), isConfiguration: true, words: "not a JSON array"),
        Kind(name: "no float", answer: .json("[[1,2,3,1e99],[1,2,3,4]]"), isConfiguration: true, words: "not finite"),
    ]

    @Test(arguments: routes, kinds) func `has its class and its words`(route: Route, kind: Kind) async throws {
        try await Self.check(route, kind)
    }

    @Test(arguments: ofVectors) func `an answer with other vectors than asked for is TEI's fault`(kind: Kind)
        async throws
    {
        try await Self.check(Route(service: .tei, call: "POST /embed"), kind, afterAGoodCheck: true)
    }

    private static func check(_ route: Route, _ kind: Kind, afterAGoodCheck: Bool = false) async throws {
        let (tei, qdrant) = (FakeTEI(), FakeQdrant())
        let isBad = Mutex(!afterAGoodCheck)
        let latch = Latch()
        defer { latch.open() }
        let behave: @Sendable (ScriptedService.Call) -> ScriptedService.Answer? = { call in
            guard isBad.withLock({ $0 }), route.isMeant(by: call) else { return nil }
            if let answer = kind.answer { return answer }
            latch.wait()
            return nil
        }
        let teiService = try ScriptedService { behave($0) ?? tei.answer($0) }
        let qdrantService = try ScriptedService { behave($0) ?? qdrant.answer($0) }
        var settings = Stack.settings(tei: teiService.url, qdrant: qdrantService.url)
        if kind.answer == nil {
            settings.tei.deadline = .milliseconds(300)
            settings.qdrant.deadline = .milliseconds(300)
        }
        // The model's window is small, so that every token is asked for.
        let indexer = Indexer(settings)
        if afterAGoodCheck {
            #expect(await indexer.tei.check().healthy)
            isBad.withLock { $0 = true }
        }
        await #expect { try await indexer.index(Stack.document(lines: 2)) } throws: { error in
            switch error as? IndexingFailure {
            case .configuration(route.service.rawValue, let fault):
                kind.isConfiguration && fault.description.contains(kind.words) && !fault.description.contains("secret")
            case .unavailable(route.service.rawValue, let fault):
                !kind.isConfiguration && fault.description.contains(kind.words) && fault.remedy != nil
            default: false
            }
        }
        #expect(qdrant.points.isEmpty)
        guard case .none = indexer.admission else { return #expect(Bool(false), "still takes jobs") }
        isBad.withLock { $0 = false }
        latch.open()
        try await eventually("it is itself again") {
            guard await indexer.tei.check().healthy else { return false }
            return await indexer.qdrant.check().healthy
        }
        #expect(try await indexer.index(Stack.document(lines: 2)).chunksIndexed >= 1)
    }
}
