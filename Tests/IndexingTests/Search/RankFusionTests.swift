import Testing

@testable import Indexing

@Suite struct `Fusing ranks` {
    private static func hit(_ id: String, page: String? = nil) -> SearchHit {
        SearchHit(id: id, score: 9, url: page ?? id, canonicalURL: page, text: id)
    }

    @Test func `a hit counts 1 over k and rank, ranks from 1, in each ranking`() {
        let fused = RankFusion.fuse([["a", "b", "c"].map { Self.hit($0) }, ["b", "d"].map { Self.hit($0) }], k: 60)
        #expect(fused.map(\.id) == ["b", "a", "d", "c"])
        let (first, second, third): (Double, Double, Double) = (1 / 61, 1 / 62, 1 / 63)
        #expect(fused.map(\.score) == [second + first, first, second, third])
    }

    @Test func `of equals the one met first stands first`() {
        #expect(RankFusion.fuse([[Self.hit("x")], [Self.hit("a")]], k: 1).map(\.id) == ["x", "a"])
        #expect(RankFusion.fuse([], k: 60).isEmpty)
    }

    @Test func `one per page keeps each page's best, before the offset is counted`() {
        let hits = [
            Self.hit("1", page: "p"), Self.hit("2", page: "p"), Self.hit("3", page: "q"), Self.hit("4", page: "r"),
        ]
        #expect(RankFusion.onePerPage(hits).map(\.id) == ["1", "3", "4"])
        let request = SearchRequest("x", limit: 1, offset: 1, onePerPage: true)
        #expect(RankFusion.part(hits, request).map(\.id) == ["3"])
        #expect(RankFusion.part(hits, SearchRequest("x", limit: 2, offset: 1)).map(\.id) == ["2", "3"])
    }

    @Test func `the next page is one of the same fusion`() {
        #expect(SearchRequest("x", limit: 10).candidates == SearchRequest("x", limit: 10, offset: 100).candidates)
        let deep = SearchRequest("x", limit: 100, offset: 1000)
        #expect(deep.candidates >= 1100)
        #expect(SearchRequest("x", limit: 100, onePerPage: true).candidates >= 400)
    }

    @Test(arguments: [
        SearchRequest("  \n"), SearchRequest(String(repeating: "x", count: 8193)), SearchRequest("x", limit: 0),
        SearchRequest("x", limit: 101), SearchRequest("x", offset: -1), SearchRequest("x", offset: 1001),
    ]) func `a request out of bounds is refused in words`(request: SearchRequest) {
        #expect(request.problem != nil)
        #expect(SearchRequest("x", limit: 100, offset: 1000).problem == nil)
    }
}
