import Testing

@testable import Indexing

@Suite struct RequestBoundTests {
    private static func fault(_ status: Int, _ reason: String) -> ServiceFault {
        ServiceFault(.qdrant, .poison, reason, status: status)
    }

    @Test(arguments: [
        (
            400, "JSON payload (40000000 bytes) is larger than allowed (limit: 33554432 bytes).",
            SizeRefusal.bytes(limit: 33_554_432) as SizeRefusal?
        ),
        (400, "Limit exceeded 256 > 100 for \"upsert_max_batchsize\". Help: Reduce it", .points(limit: 100)),
        (413, "a proxy bounds the size of a request", .bytes(limit: nil)),
        (429, "request larger than rate limiter capacity, please try to split your request", .points(limit: nil)),
        (429, "too many requests", nil), (400, "Wrong input: Vector dimension error", nil),
        (422, "Validation error in JSON body", nil), (500, "larger than allowed", nil),
    ])
    func `a refusal for the size is known by its words`(status: Int, text: String, refusal: SizeRefusal?) {
        #expect(SizeRefusal(Self.fault(status, text)) == refusal)
    }

    @Test func `the bound is what the server says, else half of what was refused, and never below one`() {
        var bound = RequestBound()
        #expect(bound.holds(RequestSize(points: 256, bytes: 8 << 20)))
        bound.learn(.points(limit: 100), of: RequestSize(points: 200, bytes: 1))
        #expect(bound.points == 100)
        bound.learn(.bytes(limit: nil), of: RequestSize(points: 100, bytes: 1 << 20))
        #expect(bound.bytes == 1 << 19)
        bound.learn(.bytes(limit: 100_000), of: RequestSize(points: 10, bytes: 1 << 19))
        #expect(bound.bytes == 50_000)
        for _ in 0..<30 { bound.learn(.points(limit: nil), of: RequestSize(points: bound.points, bytes: 1)) }
        #expect(bound.points == 1)
    }

    @Test func `deletions of several documents go first and together, everything else in its order`() {
        var payload = Payload()
        payload.set("a", .integer(1))
        let (one, two, three) = (PointName.uuid("1"), PointName.uuid("2"), PointName.uuid("3"))
        let joined = PointUpdate.joined([
            [.delete([one]), .setPayload(payload, of: [two])], [.setPayload(payload, of: [three])], [.delete([three])],
        ])
        #expect(
            joined == [.delete([one, three]), .setPayload(payload, of: [two]), .setPayload(payload, of: [three])])
        #expect(PointUpdate.deletions((0..<2500).map { .number($0) }).count == 3)
    }
}
