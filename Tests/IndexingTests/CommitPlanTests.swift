import Testing

@testable import Indexing

@Suite struct CommitPlanTests {
    @Test func `a document that fits one request and does not shrink is one write`() {
        var plan = CommitPlan(storedHigh: 2, planned: 3, isOneShard: true)
        #expect(plan.write(3, isLast: true) == [.writeWhole(count: 3)])
        #expect(plan.finish() == [])
    }

    @Test func `intent first, then the others, then the stale ones, then the commit`() {
        var plan = CommitPlan(storedHigh: 5, planned: 3, isOneShard: true)
        #expect(plan.write(2, isLast: false) == [.writeIntent(high: 5), .write(1..<2)])
        #expect(plan.write(1, isLast: true) == [.write(2..<3)])
        #expect(plan.finish() == [.delete(3..<5), .commit(count: 3)])
    }

    @Test func `many shards never commit in the upsert`() {
        var plan = CommitPlan(storedHigh: 0, planned: 2, isOneShard: false)
        #expect(plan.write(2, isLast: true) == [.writeIntent(high: 2), .write(1..<2)])
        #expect(plan.finish() == [.commit(count: 2)])
    }

    @Test func `more chunks than were planned lift the bound before they are written`() {
        var plan = CommitPlan(storedHigh: 0, planned: 2, isOneShard: true)
        #expect(plan.write(2, isLast: false) == [.writeIntent(high: 2), .write(1..<2)])
        #expect(plan.write(2, isLast: true) == [.raise(high: 4), .write(2..<4)])
        #expect(plan.finish() == [.commit(count: 4)])
    }

    @Test func `a dropped chunk leaves no gap and no hash`() {
        var plan = CommitPlan(storedHigh: 4, planned: 3, isOneShard: true)
        plan.dropChunk()
        #expect(plan.write(2, isLast: true) == [.writeIntent(high: 4), .write(1..<2)])
        #expect(plan.finish() == [.delete(2..<4), .settleIncomplete(count: 2)])
    }

    @Test func `when nothing could be embedded the old points stay`() {
        var plan = CommitPlan(storedHigh: 4, planned: 1, isOneShard: true)
        plan.dropChunk()
        #expect(plan.write(0, isLast: true) == [])
        #expect(plan.finish() == [])
    }

    /// Every version of 1...4 chunks planned right or one too low, crashing after every number of writes, three versions
    /// after each other, the last one running to its end: its points are there and no others.
    @Test(arguments: [true, false]) func `every history of crashes and re-crawls converges`(isOneShard: Bool) {
        let sizes = [1, 2, 3, 5]
        var histories = 0
        for first in sizes {
            for crashOfFirst in 0...8 {
                for second in sizes {
                    for crashOfSecond in 0...8 {
                        for last in sizes {
                            for surprise in [0, 1] {
                                for contents in [[1, 2, 3], [1, 2, 1], [1, 1, 2]] {
                                    var store = TinyStore()
                                    let runs = [(first, crashOfFirst), (second, crashOfSecond), (last, Int.max)]
                                    for ((size, crash), content) in zip(runs, contents) {
                                        // One content has one size.
                                        let size = content == contents[0] ? first : size
                                        store.run(
                                            content: content, size: size, planned: max(1, size - surprise),
                                            crashAfter: crash,
                                            isOneShard: isOneShard)
                                    }
                                    let size = contents[2] == contents[0] ? first : last
                                    #expect(store.holdsExactly(content: contents[2], size: size))
                                    histories += 1
                                }
                            }
                        }
                    }
                }
            }
        }
        #expect(histories == 4 * 9 * 4 * 9 * 4 * 2 * 3)
    }
}

/// Points in memory: ordinal to content, and point 0's state. Each write is atomic within one shard; with several an
/// upsert of many points may end between any two, so they are written one by one.
struct TinyStore {
    private var points: [Int: Int] = [:]
    private var state = DocumentState()

    mutating func run(content: Int, size: Int, planned: Int, crashAfter writes: Int, isOneShard: Bool) {
        if points[0] != nil, state.holds("\(content)") { return }
        var left = writes
        var plan = CommitPlan(
            storedHigh: points[0] == nil ? 0 : state.chunkHigh, planned: planned, isOneShard: isOneShard)
        var written = 0
        while written < size {
            let wave = min(2, size - written)
            for step in plan.write(wave, isLast: written + wave == size) {
                if !perform(step, content, &left) { return }
            }
            written += wave
        }
        for step in plan.finish() where !perform(step, content, &left) { return }
    }

    func holdsExactly(content: Int, size: Int) -> Bool {
        points == Dictionary(uniqueKeysWithValues: (0..<size).map { ($0, content) }) && state.holds("\(content)")
            && state.chunkCount == size
    }

    private mutating func perform(_ step: CommitPlan.Step, _ content: Int, _ left: inout Int) -> Bool {
        func pay() -> Bool {
            left -= 1
            return left >= 0
        }
        switch step {
        case .writeWhole(let count):
            guard pay() else { return false }
            for ordinal in 0..<count { points[ordinal] = content }
            state = DocumentState(contentHash: "\(content)", chunkCount: count, chunkHigh: count)
        case .writeIntent(let high):
            guard pay() else { return false }
            points[0] = content
            state = DocumentState(chunkHigh: high)
        case .write(let range):
            for ordinal in range {
                guard pay() else { return false }
                points[ordinal] = content
            }
        case .raise(let high):
            guard pay() else { return false }
            state.chunkHigh = high
        case .delete(let range):
            for ordinal in range {
                guard pay() else { return false }
                points[ordinal] = nil
            }
        case .commit(let count):
            guard pay() else { return false }
            state = DocumentState(contentHash: "\(content)", chunkCount: count, chunkHigh: count)
        case .settleIncomplete(let count):
            guard pay() else { return false }
            state = DocumentState(chunkCount: count, chunkHigh: count)
        }
        return true
    }
}
