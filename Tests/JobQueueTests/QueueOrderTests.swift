import SeededRandom
import Testing

@testable import JobQueue

@Suite struct QueueOrderTests {
    @Test func `without weights the order is strict`() {
        var random = SeededRandom(seed: 1)
        let order = QueueOrder(queues: ["a", "b"], weights: [])
        #expect((0..<50).allSatisfy { _ in order.drawn(using: &random) == ["a", "b"] })
    }

    @Test func `with weights each comes first as often as its share, and all are looked at`() {
        var random = SeededRandom(seed: 7)
        let order = QueueOrder(queues: ["a", "b", "c"], weights: [6, 3, 1])
        var first: [String: Int] = [:]
        for _ in 0..<10_000 {
            let drawn = order.drawn(using: &random)
            #expect(drawn.sorted() == ["a", "b", "c"])
            first[drawn[0], default: 0] += 1
        }
        #expect((5800...6200).contains(first["a"] ?? 0) && (2800...3200).contains(first["b"] ?? 0))
        #expect((850...1150).contains(first["c"] ?? 0))
    }
}
