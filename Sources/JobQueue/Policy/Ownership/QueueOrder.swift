/// In which order a claim looks at several queues.
struct QueueOrder: Equatable {
    let queues: [String]
    /// Chances to be looked at first; empty = strict order.
    let weights: [Int]

    /// Strict: as given. Weighted: drawn without putting back, so that every queue is looked at and none starves.
    func drawn(using random: inout some RandomNumberGenerator) -> [String] {
        guard weights.count == queues.count, queues.count > 1 else { return queues }
        var left = Array(zip(queues, weights.map { max(1, $0) }))
        var order: [String] = []
        while !left.isEmpty {
            var ticket = Int.random(in: 0..<left.reduce(0) { $0 + $1.1 }, using: &random)
            let index = left.firstIndex { entry in
                ticket -= entry.1
                return ticket < 0
            }
            order.append(left.remove(at: index ?? 0).0)
        }
        return order
    }
}
