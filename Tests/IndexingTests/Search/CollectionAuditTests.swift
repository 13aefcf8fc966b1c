import Testing

@testable import Indexing

@Suite struct `Judging a collection` {
    private static let url = "https://example.com/a"

    /// A document of so many points, as a finished job leaves it.
    private static func points(_ count: Int, url: String = url, hash: String = "h", high: Int? = nil) -> [PointSighting]
    {
        (0..<count).map { ordinal in
            var point = PointSighting(
                id: PointID.of(identity: url, ordinal: ordinal), url: url, canonicalURL: url, ordinal: ordinal,
                chunker: "now")
            if ordinal == 0 { (point.contentHash, point.chunkCount, point.chunkHigh) = (hash, count, high ?? count) }
            return point
        }
    }

    private static func findings(_ points: [PointSighting]) -> [AuditFinding] {
        var audit = CollectionAudit(chunker: "now")
        for point in points { audit.see(point) }
        #expect(audit.suspects.isEmpty == audit.findings.isEmpty)
        return audit.findings
    }

    @Test func `what finished jobs leave is clean, in any order`() {
        let all = Self.points(300) + Self.points(1, url: "https://example.com/b#/route")
        #expect(Self.findings(all).isEmpty && Self.findings(all.reversed()).isEmpty)
    }

    @Test func `a missing chunk is a gap`() throws {
        var points = Self.points(100)
        points.remove(at: 70)
        points.remove(at: 64)
        let finding = try #require(Self.findings(points).first)
        #expect(finding.kind == .gap && finding.points == 2 && finding.detail == "of 100 chunks: 64, 70")
        #expect(Self.findings(points).count == 1)
    }

    @Test func `chunks beyond the count, or without a first one, are orphans`() {
        var long = Self.points(9)
        (long[0].chunkCount, long[0].chunkHigh) = (7, 7)
        #expect(Self.findings(long).map(\.kind) == [.orphan])
        #expect(Self.findings(long).first?.points == 2)
        let headless = Self.findings(Array(Self.points(3).dropFirst()))
        #expect(headless.map(\.kind) == [.orphan] && headless.first?.points == 2)
    }

    @Test func `a document in the middle of being written is uncommitted, and nothing else`() {
        var intent = Self.points(4, hash: "", high: 12)
        intent[0].chunkCount = 0
        #expect(Self.findings(intent).map(\.kind) == [.uncommitted])
        intent[0].chunkHigh = 2
        #expect(Self.findings(intent).map(\.kind) == [.uncommitted, .orphan])
    }

    @Test func `without some chunks it is incomplete; with a bound above its count unsettled`() {
        #expect(Self.findings(Self.points(3, hash: "")).map(\.kind) == [.incomplete])
        #expect(Self.findings(Self.points(3, high: 5)).map(\.kind) == [.unsettled])
    }

    @Test func `old, outdated and strange points are told apart`() {
        let old = PointSighting(id: "7", url: Self.url, canonicalURL: Self.url, ordinal: 0)
        #expect(Self.findings([old]).map(\.kind) == [.old])
        #expect(Self.findings(Self.points(2) + [old]).map(\.kind) == [.old])
        var cut = Self.points(2)
        cut[1].chunker = "before"
        #expect(Self.findings(cut).map(\.kind) == [.outdated])
        var foreign = Self.points(2)[1]
        foreign.id = "00000000-0000-0000-0000-000000000000"
        #expect(Self.findings(Self.points(2) + [foreign]).map(\.kind) == [.strange])
        for ordinal in [nil, -1, Int.max, OrdinalSet.limit] {
            foreign.ordinal = ordinal
            foreign.id = PointID.of(identity: Self.url, ordinal: ordinal ?? 0)
            #expect(Self.findings(Self.points(2) + [foreign]).map(\.kind) == [.strange])
        }
    }

    @Test func `a second look decides`() {
        var first = CollectionAudit(chunker: "now")
        Self.points(3).dropLast().forEach { first.see($0) }
        var second = CollectionAudit(chunker: "now")
        Self.points(3).forEach { second.see($0) }
        first.replace(Self.url, by: second)
        #expect(first.suspects.isEmpty && first.documents == 1 && first.points == 2)
    }

    @Test func `a document that was deleted before the second look is none`() {
        var first = CollectionAudit(chunker: "now")
        Self.points(3).dropLast().forEach { first.see($0) }
        first.replace(Self.url, by: CollectionAudit(chunker: "now"))
        #expect(first.findings.isEmpty && first.documents == 0)
    }

    @Test func `what a second look cannot find by its URL keeps its finding`() {
        var first = CollectionAudit(chunker: "now")
        first.see(PointSighting(id: "7", url: "HTTPS://Example.com/a", canonicalURL: "another", ordinal: 0))
        first.replace(Self.url, by: CollectionAudit(chunker: "now"))
        #expect(first.findings.map(\.kind) == [.old])
    }

    @Test func `what to do is said for what was found, and only for that`() {
        func report(_ kinds: [AuditFinding.Kind], bare: Int = 0) -> AuditReport {
            AuditReport(
                points: 1, documents: 1, pointsWithoutKeywords: bare,
                findings: kinds.map { AuditFinding(url: "u", kind: $0, points: 1, detail: "") })
        }
        #expect(report([]).remedy == nil && report([]).isClean)
        for kind in AuditFinding.Kind.allCases { #expect(report([kind]).remedy?.contains(kind.rawValue) == true) }
        #expect(report([.gap]).remedy?.contains("delete") == false)
        #expect(!report([], bare: 2).isClean && report([], bare: 2).remedy?.contains("--force") == true)
    }
}
