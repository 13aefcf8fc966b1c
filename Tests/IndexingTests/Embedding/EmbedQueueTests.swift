import SeededRandom
import Testing

@testable import Indexing

@Suite struct `The queue of texts to embed` {
    @Test func `documents take turns, so a large one delays a small one by little`() {
        var queue = EmbedQueue()
        queue.add(items(call: 1, Array(repeating: 100, count: 128)))
        _ = queue.take(inputs: 32, bytes: .max)
        queue.add(items(call: 2, [100, 100, 100]))
        let next = queue.take(inputs: 8, bytes: .max)
        #expect(next.count { $0.call == 2 } == 3)
        #expect(queue.calls == [1])
    }

    @Test func `texts of near-equal length go together`() {
        var queue = EmbedQueue()
        queue.add(items(call: 1, [10, 1000]))
        queue.add(items(call: 2, [900, 12, 5000]))
        #expect(queue.take(inputs: 32, bytes: .max).map(\.bytes) == [1000, 900])
        #expect(queue.take(inputs: 32, bytes: .max).map(\.bytes) == [10, 12])
        #expect(queue.take(inputs: 32, bytes: .max).map(\.bytes) == [5000])
        #expect(queue.isEmpty && queue.take(inputs: 32, bytes: .max) == [])
    }

    @Test func `a request keeps to its bytes, and a text beyond them goes alone`() {
        var queue = EmbedQueue()
        queue.add(items(call: 1, [60, 50, 40]))
        #expect(queue.take(inputs: 32, bytes: 100).map(\.bytes) == [60])
        #expect(queue.take(inputs: 32, bytes: 100).map(\.bytes) == [50, 40])
        queue.add(items(call: 2, [500]))
        #expect(queue.take(inputs: 32, bytes: 100).map(\.bytes) == [500])
    }

    @Test func `a call that is given up leaves, the others stay`() {
        var queue = EmbedQueue()
        for call in 1...3 { queue.add(items(call: call, [100, 100])) }
        _ = queue.take(inputs: 1, bytes: .max)
        queue.remove(call: 2)
        queue.remove(call: 7)
        #expect(queue.count == 3)
        #expect(Set(queue.take(inputs: 9, bytes: .max).map(\.call)) == [1, 3])
    }

    @Test func `texts that come back go again`() {
        var queue = EmbedQueue()
        queue.add(items(call: 1, [100, 200]))
        let taken = queue.take(inputs: 9, bytes: .max)
        queue.add(items(call: 2, [150]))
        queue.add(taken)
        #expect(queue.count == 3)
        #expect(Set(queue.take(inputs: 9, bytes: .max).map(\.bytes)) == [100, 150, 200])
    }

    @Test(arguments: 0..<20) func `every text goes exactly once, and within a round of requests`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var queue = EmbedQueue()
        var added = 0
        var seen: Set<[Int]> = []
        /// Requests since a call last gave a text.
        var waited: [Int: Int] = [:]
        for round in 0..<400 {
            if round < 200 {
                let sizes = (0..<Int.random(in: 1...20, using: &random)).map { _ in
                    Int.random(in: 1...5000, using: &random)
                }
                queue.add(items(call: round, sizes))
                added += sizes.count
                waited[round] = 0
            }
            let before = Set(queue.calls)
            let request = queue.take(inputs: Int.random(in: 1...32, using: &random), bytes: 20_000)
            #expect(before.isEmpty || !request.isEmpty)
            #expect(request.count == 1 || request.reduce(0) { $0 + $1.bytes } <= 20_000)
            for item in request {
                #expect(seen.insert([item.call, item.index]).inserted)
                waited[item.call] = 0
            }
            for call in queue.calls { waited[call, default: 0] += 1 }
            #expect(queue.calls.allSatisfy { waited[$0] ?? 0 <= before.count + 1 }, "seed \(seed): starved")
        }
        while !queue.isEmpty {
            for item in queue.take(inputs: 32, bytes: 20_000) {
                #expect(seen.insert([item.call, item.index]).inserted)
            }
        }
        #expect(seen.count == added)
    }

    private func items(call: Int, _ sizes: [Int]) -> [EmbedQueue.Item] {
        sizes.indices.map { EmbedQueue.Item(call: call, index: $0, bytes: sizes[$0]) }
    }
}
