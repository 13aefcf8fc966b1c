import Testing

@testable import Indexing

/// What a first point says of its document, and how much of it is believed.
@Suite struct StateAnswerTests {
    private static func state(_ payload: String) throws -> DocumentState {
        let body = Array(#"{"result":[{"id":"a","payload":\#(payload)}]}"#.utf8)
        return try #require(QdrantEnvelope<[StateAnswer]>.parse(body)?.first).state
    }

    @Test func `numbers are taken as they are written`() throws {
        let state = try Self.state(#"{"content_hash":"h","chunk_count":7,"chunk_high":9}"#)
        #expect(state.chunkCount == 7 && state.chunkHigh == 9)
    }

    @Test(arguments: [Int.max, OrdinalSet.limit + 1, -1, Int.min])
    func `a count that no document has is none, and its document is not complete`(count: Int) throws {
        let state = try Self.state(#"{"content_hash":"h","chunk_count":\#(count),"chunk_high":\#(count)}"#)
        #expect(state.chunkCount == 0 && (1...OrdinalSet.limit).contains(state.chunkHigh))
        #expect(!state.holds("h"))
    }

    @Test func `a bound above all ordinals is lowered to the highest that can be`() throws {
        #expect(try Self.state(#"{"chunk_count":1,"chunk_high":\#(Int.max)}"#).chunkHigh == OrdinalSet.limit)
    }

    @Test func `ids to delete are made when their request is`() throws {
        var made = 0
        let ids = (0..<100_000).lazy.map { ordinal in
            made += 1
            return PointName.number(UInt64(ordinal))
        }
        let deletions = PointUpdate.deletions(ids)
        #expect(deletions.count == 100)
        #expect(deletions.first == .delete((0..<1000).map { .number($0) }))
        #expect(made == 1000)
        #expect(deletions.last == .delete((99_000..<100_000).map { .number($0) }))
    }
}
