import Synchronization
import Testing

@testable import Indexing

/// What each version of Qdrant is asked, and what comes of it.
@Suite(.timeLimit(.minutes(1))) struct `Searching by meaning and words` {
    private static func stack(_ version: String?, made: Bool = false, sparse: Bool = false) async throws -> Stack {
        let stack = try await Stack(
            .init(), FakeQdrant.State(version: version, dimension: made ? 4 : nil, sparse: sparse))
        for (path, text) in [
            ("tides", "The moon pulls the sea"), ("stars", "Stars shine at night"), ("sea", "Ships cross the sea"),
        ] {
            _ = try await stack.indexer.index(
                IndexDocument(
                    url: "https://\(path).example/", title: path, markdown: "\(text).\n\(text) again.\n",
                    language: path == "sea" ? "de" : "en", createdAt: "2025-01-01T00:00:00Z", jobID: path))
        }
        return stack
    }

    private static func requests(_ stack: Stack, _ path: String) -> [String] {
        stack.qdrantService.calls.filter { $0.path == "/collections/docs" + path }.map {
            String(decoding: $0.body, as: UTF8.self)
        }
    }

    @Test func `1.20: an index of the payload is asked for once, points stay as they are, the server fuses`()
        async throws
    {
        let stack = try await Self.stack("1.20.0")
        #expect(
            Self.requests(stack, "/index").contains(
                #"{"field_name":"text","field_schema":{"type":"text","scoring":true}}"#))
        #expect(stack.qdrant.points.values.allSatisfy { $0.document == nil })
        let answer = try await stack.indexer.search(SearchRequest("moon"))
        #expect(answer.mode == .hybrid && answer.note == nil)
        #expect(answer.hits.first?.title == "tides" && answer.hits.first?.chunkIndex != nil)
        let body = try #require(Self.requests(stack, "/points/query").first)
        #expect(body.contains(#"{"query":{"text":"moon"},"using":"text","limit":200}"#), "\(body)")
        #expect(body.contains(#""query":{"rrf":{"k":61}}"#), "\(body)")
    }

    @Test func `1.19: the collection is made with the vector, and each point brings its text for it`() async throws {
        let stack = try await Self.stack("1.19.0")
        #expect(stack.qdrant.state.withLock { $0.sparse })
        for point in stack.qdrant.points.values { #expect(point.document == point.payload["text"] as? String) }
        let answer = try await stack.indexer.search(SearchRequest("moon", mode: .keyword))
        #expect(answer.mode == .keyword && answer.hits.count == 2 && answer.hits.allSatisfy { $0.title == "tides" })
        let body = try #require(Self.requests(stack, "/points/query").first)
        #expect(
            body
                == #"{"query":{"text":"moon","model":"qdrant/bm25","options":{"language":"english","avg_len":8}},"using":"bm25","limit":5,"with_payload":true}"#
        )
        #expect(!stack.teiService.calls.contains { $0.json["inputs"] as? [String] == ["moon"] }, "words need no TEI")
    }

    @Test func `1.18 and later add the vector to a collection that lacks it, earlier ones cannot`() async throws {
        let gained = try await Self.stack("1.18.0", made: true)
        #expect(Self.requests(gained, "/vectors/bm25") == [#"{"sparse":{"modifier":"idf"}}"#])
        #expect(gained.qdrant.points.values.allSatisfy { $0.document != nil })
        #expect(gained.indexer.keywordComplaint == nil)
        let plain = try await Self.stack("1.17.2", made: true)
        #expect(plain.qdrant.points.values.allSatisfy { $0.document == nil })
        #expect(plain.indexer.keywordComplaint?.contains("1.17.2 cannot add") == true)
    }

    @Test(arguments: [nil, "1.14.1", "unheard-of"]) func `elsewhere it is by meaning alone, and the answer says why`(
        version: String?
    ) async throws {
        let stack = try await Self.stack(version)
        for mode in [SearchMode.hybrid, .keyword] {
            let answer = try await stack.indexer.search(SearchRequest("Stars shine at night.\n", mode: mode))
            #expect(answer.mode == .semantic && answer.note?.hasPrefix("by meaning alone: ") == true)
            #expect(answer.hits.first?.title == "stars")
        }
        #expect(try await stack.indexer.search(SearchRequest("x", mode: .semantic)).note == nil)
    }

    @Test func `before 1.16 the ranks are fused here, and come out as the server would fuse them`() async throws {
        let (ours, theirs) = (try await Self.stack("1.15.2"), try await Self.stack("1.16.0"))
        for request in [
            SearchRequest("sea"), SearchRequest("the moon", limit: 2, offset: 1),
            SearchRequest("sea", filter: .init(language: "de")), SearchRequest("sea", limit: 2, onePerPage: true),
            SearchRequest("sea", limit: 2, offset: 1, onePerPage: true),
        ] {
            let (here, there) = (try await ours.indexer.search(request), try await theirs.indexer.search(request))
            #expect(here.mode == .hybrid && there.mode == .hybrid)
            #expect(here.hits.map(\.score) == there.hits.map(\.score), "\(request)")
        }
        #expect(!Self.requests(ours, "/points/query").contains { $0.contains("rrf") })
        #expect(Self.requests(ours, "/points/query").count == 10)
        #expect(Self.requests(theirs, "/points/query").count == 3, "pages are grouped by the server")
    }

    @Test func `filters hold in every ranking`() async throws {
        let stack = try await Self.stack("1.19.0")
        let filter = SearchFilter(domain: "SEA.example", language: "de", country: nil, isMobile: nil)
        let answer = try await stack.indexer.search(SearchRequest("sea moon", filter: filter))
        #expect(!answer.hits.isEmpty && answer.hits.allSatisfy { $0.domain == "sea.example" })
        let json =
            #""filter":{"must":[{"key":"domain","match":{"value":"sea.example"}},{"key":"language","match":{"value":"de"}}]}"#
        let body = try #require(Self.requests(stack, "/points/query").first)
        #expect(body.split(separator: json, omittingEmptySubsequences: false).count == 3, "\(body)")
    }

    @Test func `one per page gives each page's best hit once, page after page`() async throws {
        let stack = try await Self.stack("1.19.0")
        var urls: [String] = []
        for offset in 0..<4 {
            let request = SearchRequest("sea", limit: 1, offset: offset, onePerPage: true)
            urls += try await stack.indexer.search(request).hits.map(\.url)
        }
        #expect(Set(urls).count == 3 && urls.count == 3)
    }

    @Test func `a collection that is not there is named`() async throws {
        let stack = try await Stack()
        await #expect {
            _ = try await stack.indexer.search(SearchRequest("x"))
        } throws: { "\($0)".contains(#"collection "docs" does not exist"#) }
    }
}
