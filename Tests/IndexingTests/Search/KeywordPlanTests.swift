import Testing

@testable import Indexing

@Suite struct `By what means words are ranked` {
    @Test(arguments: [
        ("1.19.0", [1, 19, 0]), ("1.20.0-dev", [1, 20, 0]), ("1.15", [1, 15, 0]), ("2.0.1+build", [2, 0, 1]),
    ]) func `a version is read as servers write it`(text: String, numbers: [Int]) throws {
        let version = try #require(ServerVersion(text))
        #expect([version.major, version.minor, version.patch] == numbers)
    }

    @Test(arguments: ["", "1", "v1.19.0", "1.x.0", "1.19.0.1", "1..2", "-1.2.3", "1.99999.0", "1.19."])
    func `anything else is no version`(text: String) {
        #expect(ServerVersion(text) == nil)
    }

    @Test func `versions compare by number`() {
        #expect(ServerVersion(1, 9) < ServerVersion(1, 15, 2) && ServerVersion(1, 15, 1) < ServerVersion(1, 15, 2))
        #expect(ServerVersion(1, 20) < ServerVersion(2, 0))
    }

    @Test func `from 1.20 on the payload's index ranks, whatever else there is`() {
        let version = ServerVersion(1, 20)
        #expect(KeywordPlan.choose(version, .init(sparseVector: true, textIndex: true)) == .ready(.textIndex))
        #expect(KeywordPlan.choose(version, .init(sparseVector: true)) == .add(.textIndex))
        #expect(KeywordPlan.choose(version, nil) == .add(.textIndex))
    }

    @Test(arguments: [ServerVersion(1, 15, 2), ServerVersion(1, 17, 9), ServerVersion(1, 19, 4)])
    func `from 1.15.2 on a sparse vector, made with the collection`(version: ServerVersion) {
        #expect(KeywordPlan.choose(version, nil) == .add(.sparseVector))
        #expect(KeywordPlan.choose(version, .init(sparseVector: true)) == .ready(.sparseVector))
    }

    @Test func `an existing collection gains the vector from 1.18 on`() {
        #expect(KeywordPlan.choose(ServerVersion(1, 18), .init()) == .add(.sparseVector))
        #expect(Self.complaint(ServerVersion(1, 17, 3), .init()).contains("1.18 and later can"))
    }

    @Test func `what the collection has is used though the server does not say its version`() {
        #expect(KeywordPlan.choose(nil, .init(sparseVector: true)) == .ready(.sparseVector))
        #expect(KeywordPlan.choose(nil, .init(textIndex: true)) == .ready(.textIndex))
    }

    @Test func `where it cannot be had, the reason is named`() {
        for found in [nil, KeywordPlan.Found(), .init(otherSparseVector: true)] {
            #expect(Self.complaint(nil, found).contains("does not say its version"))
        }
        #expect(Self.complaint(ServerVersion(1, 15, 1), nil).contains("1.15.2 and later do"))
        #expect(Self.complaint(ServerVersion(1, 19), .init(otherSparseVector: true)).contains("idf"))
    }

    private static func complaint(_ version: ServerVersion?, _ found: KeywordPlan.Found?) -> String {
        guard case .without(let why) = KeywordPlan.choose(version, found) else { return "" }
        return why
    }
}
