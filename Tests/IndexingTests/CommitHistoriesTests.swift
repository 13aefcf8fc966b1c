import Testing

@testable import Indexing

/// Every history of up to four runs over one document, each with any version and crashing after any request - or, with two
/// shards, between their parts of one - or ending well, and the last one ending well.
@Suite struct CommitHistoriesTests {
    static let versions = [
        Version(1, waves: [1]), Version(2, waves: [2]),
        // More chunks than planned, in two waves.
        Version(3, waves: [2, 1], planned: 2), Version(4, waves: [2, 2, 1], planned: 4),
        Version(5, waves: [3]),
        // A chunk of the second wave, of the first, and all of them cannot be embedded.
        Version(6, waves: [2, 1], planned: 4, isIncomplete: true),
        Version(7, waves: [0, 2], planned: 3, isIncomplete: true),
        Version(8, waves: [0], planned: 2, isIncomplete: true),
        // The server takes one point, and two, at once.
        Version(9, waves: [4], limit: 1), Version(10, waves: [3, 1], planned: 3, limit: 2),
    ]

    @Test(arguments: [true, false], [0, 2])
    func `every history ends with exactly the last version's points`(isOneShard: Bool, oldPoints: Int) {
        let end = StoredDocument.histories(oldPoints) { $0.run($1, isOneShard: isOneShard) }
        #expect(
            end.wrong.isEmpty,
            "\(end.wrong.count) of \(end.states) states, such as \(end.wrong.keys.first.map { "\($0)" } ?? "")")
        #expect(end.histories > 100_000 && end.states > 50, "\(end.histories) histories, \(end.states) states")
    }

    @Test func `the naive order, with the state only at the end, does not`() {
        let end = StoredDocument.histories(0) { $0.runNaively($1) }
        #expect(end.wrong.count > 10)
        // The smallest: five chunks, a crash before the state is there, then one chunk. Nobody knows of the others.
        var store = StoredDocument(oldPoints: 0)
        let crashed = store.runNaively(Self.versions[3])
        store = crashed[crashed.count - 1]
        _ = store.runNaively(Self.versions[0])
        #expect(store.points.count == 5)
    }
}

/// What a job may bring for the document: as many chunks in each wave.
struct Version: Sendable {
    let content: Int
    let waves: [Int]
    let planned: Int
    let isIncomplete: Bool
    /// Points that the server takes at once.
    let limit: Int

    init(_ content: Int, waves: [Int], planned: Int? = nil, isIncomplete: Bool = false, limit: Int = 256) {
        self.content = content
        self.waves = waves
        self.planned = planned ?? waves.reduce(0, +)
        self.isIncomplete = isIncomplete
        self.limit = limit
    }

    var size: Int { waves.reduce(0, +) }
}

/// The store as far as one document is concerned: its points by ordinal, and the state that point 0 carries.
struct StoredDocument: Hashable {
    struct State: Hashable {
        /// nil = an empty hash.
        var content: Int?
        var count = 0
        var high = 0
    }

    private(set) var points: [Int: Int] = [:]
    private var state = State()
    private var old: Set<Int>

    init(oldPoints: Int) { old = Set(0..<oldPoints) }

    /// - Parameter run: brings the version into the store and gives the stores that a crash on the way would have left.
    static func histories(
        _ oldPoints: Int, _ run: (inout StoredDocument, Version) -> [StoredDocument]
    ) -> (histories: Int, states: Int, wrong: [StoredDocument: Int]) {
        var reached = [StoredDocument(oldPoints: oldPoints): 1]
        var (histories, states, wrong) = (0, 0, [StoredDocument: Int]())
        for step in 1...4 {
            var next: [StoredDocument: Int] = [:]
            for (before, ways) in reached {
                for version in CommitHistoriesTests.versions {
                    var store = before
                    let crashes = run(&store, version)
                    if !store.isExactly(version, after: before) { wrong[store, default: 0] += ways }
                    histories += ways
                    if step == 4 { continue }
                    for end in crashes + [store] { next[end, default: 0] += ways }
                }
            }
            states += reached.count
            reached = next
        }
        return (histories, states, wrong)
    }

    mutating func run(_ version: Version, isOneShard: Bool) -> [StoredDocument] {
        if points[0] != nil, state.content == version.content, state.high == state.count { return [] }
        var crashes: [StoredDocument] = []
        var plan = CommitPlan(
            storedHigh: points[0] == nil ? 0 : state.high, planned: version.planned, isOneShard: isOneShard,
            hasOldPoints: !old.isEmpty)
        if version.isIncomplete { plan.dropChunk() }
        func perform(_ steps: [CommitPlan.Step]) {
            var steps = steps[...]
            while let step = steps.popFirst() {
                if step.upserted?.count ?? 0 > version.limit, let smaller = plan.divide(step) {
                    steps = smaller + steps
                } else {
                    crashes += apply(step, version.content, isOneShard)
                }
            }
        }
        for (index, wave) in version.waves.enumerated() {
            perform(plan.write(wave, isLast: index + 1 == version.waves.count))
        }
        perform(plan.finish())
        return crashes
    }

    /// Points, stale ones, state.
    mutating func runNaively(_ version: Version) -> [StoredDocument] {
        if state.content == version.content { return [] }
        var crashes: [StoredDocument] = []
        var written = 0
        for wave in version.waves where wave > 0 {
            crashes += apply(.write(written..<written + wave), version.content, true)
            written += wave
        }
        if written < state.count { crashes += apply(.delete(written..<state.count), version.content, true) }
        return crashes + apply(.commit(count: written), version.content, true)
    }

    private func isExactly(_ version: Version, after before: StoredDocument) -> Bool {
        if version.size == 0 { return self == before }
        return points == Dictionary(uniqueKeysWithValues: (0..<version.size).map { ($0, version.content) })
            && state
                == State(
                    content: version.isIncomplete ? nil : version.content, count: version.size, high: version.size)
            && old.isEmpty
    }

    /// - Returns: what a crash may leave: the store before it, and with two shards either one's part alone.
    private mutating func apply(_ step: CommitPlan.Step, _ content: Int, _ isOneShard: Bool) -> [StoredDocument] {
        let before = self
        var parts: [StoredDocument] = []
        func spread(_ ordinals: Range<Int>, _ change: (inout StoredDocument, Int) -> Void) {
            for shard in isOneShard ? [] : [0, 1] {
                var part = before
                for ordinal in ordinals where ordinal % 2 == shard { change(&part, ordinal) }
                parts.append(part)
            }
            for ordinal in ordinals { change(&self, ordinal) }
        }
        switch step {
        case .writeWhole(let count):
            spread(0..<count) {
                $0.points[$1] = content
                if $1 == 0 { $0.state = State(content: content, count: count, high: count) }
            }
        case .writeIntent(let count, let high):
            spread(0..<count) {
                $0.points[$1] = content
                if $1 == 0 { $0.state = State(high: high) }
            }
        case .write(let range): spread(range) { $0.points[$1] = content }
        case .raise(let high): state.high = high
        case .deleteOld: spread(0..<2) { $0.old.remove($1) }
        case .delete(let range): spread(range) { $0.points[$1] = nil }
        case .commit(let count): state = State(content: content, count: count, high: count)
        case .settleIncomplete(let count): state = State(content: nil, count: count, high: count)
        }
        return [before] + parts
    }
}
