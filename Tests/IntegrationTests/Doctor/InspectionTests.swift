import Testing

@testable import Indexing
@testable import JobQueue
@testable import pulsectl

/// What looks at services asks and shows.
@Suite struct InspectionTests {
    @Test func `a key is shown to its own service, never to an address that is only tried`() async throws {
        let (tei, qdrant) = (try FakeTEI().serve(), try FakeQdrant().serve())
        let (teiElsewhere, qdrantElsewhere) = (try FakeTEI().serve(), try FakeQdrant().serve())
        let settings = Stack.settings(tei: tei.url, qdrant: qdrant.url)
        let (embeddings, store) = (EmbeddingInspection(settings), StoreInspection(settings))
        #expect(await embeddings.look(at: 0).facts.dimension == 4)
        #expect(await store.look().fault == nil)
        #expect(tei.calls.allSatisfy { $0.headers["authorization"] == "Bearer tei-secret" })
        #expect(qdrant.calls.allSatisfy { $0.headers["api-key"] == "qdrant-secret" })
        #expect(await embeddings.model(at: teiElsewhere.url) == "fake")
        #expect(await store.version(at: qdrantElsewhere.url) == "1.19.0")
        let tried = teiElsewhere.calls + qdrantElsewhere.calls
        #expect(tried.count == 2 && tried.allSatisfy { !$0.headers.values.joined().contains("secret") })
        #expect(qdrant.calls.allSatisfy { $0.method == "GET" }, "looking changes nothing")
    }

    @Test func `the address behind a proxy is found among those that answer`() async throws {
        let qdrant = try FakeQdrant().serve()
        let port = try #require(qdrant.url.split(separator: ":").last.flatMap { Int($0) })
        let proxy = Address(url: "http://[::1]:1")
        let store = StoreInspection(Stack.settings(tei: "http://[::1]:1", qdrant: "http://[::1]:1"))
        let found = await DirectAddress.find(behind: proxy, ports: [1, port]) { await store.version(at: $0) != nil }
        #expect(found == "http://[::1]:\(port)")
        #expect(await DirectAddress.find(behind: proxy, ports: [1]) { await store.version(at: $0) != nil } == nil)
    }

    @Test func `a default prompt of the server is seen`() async throws {
        let word =
            #"[[{"id":1,"text":"query:","special":false,"start":0,"stop":6},{"id":2,"text":"pulse","special":false,"start":7,"stop":12}]]"#
        let tei = FakeTEI()
        let prompted = try ScriptedService { $0.path == "/tokenize" ? .json(word) : tei.answer($0) }
        let sight = await EmbeddingInspection(Stack.settings(tei: prompted.url, qdrant: "http://[::1]:1")).look(at: 0)
        #expect(sight.fault == nil && sight.facts.defaultPromptTokens == 1)
        let plain = try tei.serve()
        let other = await EmbeddingInspection(Stack.settings(tei: plain.url, qdrant: "http://[::1]:1")).look(at: 0)
        #expect(other.facts.defaultPromptTokens == 0)
    }

    @Test func `a locked store, a failed optimizer and a red collection are seen`() async throws {
        let qdrant = FakeQdrant()
        let service = try ScriptedService { call in
            switch call.path {
            case "/locks": .json(#"{"result":{"error_message":"backup","write":true},"status":"ok"}"#)
            case "/collections/docs":
                .json(
                    #"{"result":{"status":"red","optimizer_status":{"error":"No space left on device"},"points_count":7,"config":{"params":{"vectors":{"size":4,"distance":"Cosine"}}},"payload_schema":{}},"status":"ok"}"#
                )
            default: qdrant.answer(call)
            }
        }
        let sight = await StoreInspection(Stack.settings(tei: "http://[::1]:1", qdrant: service.url)).look()
        #expect(sight.fault == nil && sight.facts.lockReason == "backup")
        let collection = try #require(sight.facts.collection)
        #expect(collection.status == "red" && collection.optimizerError == "No space left on device")
        #expect(collection.points == 7 && collection.dimension == 4)
    }
}
