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
        #expect(plan.write(2, isLast: false) == [.writeIntent(count: 2, high: 5)])
        #expect(plan.write(1, isLast: true) == [.write(2..<3)])
        #expect(plan.finish() == [.delete(3..<5), .commit(count: 3)])
    }

    @Test func `many shards never commit in the upsert`() {
        var plan = CommitPlan(storedHigh: 0, planned: 2, isOneShard: false)
        #expect(plan.write(2, isLast: true) == [.writeIntent(count: 1, high: 2), .write(1..<2)])
        #expect(plan.finish() == [.commit(count: 2)])
    }

    @Test func `more chunks than were planned lift the bound before they are written`() {
        var plan = CommitPlan(storedHigh: 0, planned: 2, isOneShard: true)
        #expect(plan.write(2, isLast: false) == [.writeIntent(count: 2, high: 2)])
        #expect(plan.write(2, isLast: true) == [.raise(high: 4), .write(2..<4)])
        #expect(plan.finish() == [.commit(count: 4)])
    }

    @Test func `a dropped chunk leaves no gap and no hash`() {
        var plan = CommitPlan(storedHigh: 4, planned: 3, isOneShard: true)
        plan.dropChunk()
        #expect(plan.write(2, isLast: true) == [.writeIntent(count: 2, high: 4)])
        #expect(plan.finish() == [.delete(2..<4), .settleIncomplete(count: 2)])
    }

    @Test func `when nothing could be embedded the old points stay`() {
        var plan = CommitPlan(storedHigh: 4, planned: 1, isOneShard: true)
        plan.dropChunk()
        #expect(plan.write(0, isLast: true) == [])
        #expect(plan.finish() == [])
    }

    @Test func `the replaced product's points go after the new ones are there and before the commit`() {
        var plan = CommitPlan(storedHigh: 0, planned: 2, isOneShard: true, hasOldPoints: true)
        #expect(plan.write(2, isLast: true) == [.writeIntent(count: 2, high: 2)])
        #expect(plan.finish() == [.deleteOld, .commit(count: 2)])
    }

    @Test func `a request that is too large begins with the intent, whatever it was`() {
        var plan = CommitPlan(storedHigh: 2, planned: 4, isOneShard: true)
        #expect(plan.write(4, isLast: true) == [.writeWhole(count: 4)])
        #expect(plan.divide(.writeWhole(count: 4)) == [.writeIntent(count: 1, high: 4), .write(1..<4)])
        #expect(plan.divide(.write(1..<4)) == [.write(1..<2), .write(2..<4)])
        #expect(plan.divide(.writeIntent(count: 1, high: 4)) == nil && plan.divide(.write(3..<4)) == nil)
        #expect(plan.finish() == [.commit(count: 4)])
    }
}
