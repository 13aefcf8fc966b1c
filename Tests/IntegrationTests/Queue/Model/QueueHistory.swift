import SeededRandom

/// One thing that happens to the queue. Numbers are taken modulo what there is, so any part of a history is one too.
enum QueueOperation: CustomStringConvertible {
    case enqueue(retries: Int, front: Bool)
    case claim(worker: Int, count: Int)
    /// A claim that was made some time, by number: it may be another's by now.
    case begin(claim: Int)
    case finish(claim: Int, outcome: String)
    case giveBack(claim: Int)
    case crash(worker: Int)
    case stopping(worker: Int)
    case goodbye(worker: Int)
    case cancel(job: Int)
    case delete(job: Int)
    case requeue(job: Int)
    case suspend(Bool)

    static func random(using random: inout some RandomNumberGenerator) -> QueueOperation {
        let number = Int.random(in: 0..<1000, using: &random)
        let worker = Int.random(in: 0..<3, using: &random)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<9: return .enqueue(retries: number % 5 == 0 ? 1 : 0, front: number % 7 == 0)
        case 9..<30: return .claim(worker: worker, count: number % 4 + 1)
        case 30..<46: return .begin(claim: number)
        case 46..<58: return .finish(claim: number, outcome: ["finished", "failed", "stopped"][number % 3])
        case 58..<65: return .giveBack(claim: number)
        case 65..<73: return .crash(worker: worker)
        case 73..<75: return .stopping(worker: worker)
        case 75..<78: return .goodbye(worker: worker)
        case 78..<86: return .cancel(job: number)
        case 86..<88: return .delete(job: number)
        case 88..<98: return .requeue(job: number)
        default: return .suspend(number % 3 == 0)
        }
    }

    var description: String {
        switch self {
        case .enqueue(let retries, let front): "enqueue(retries \(retries)\(front ? ", at front" : ""))"
        case .claim(let worker, let count): "claim(worker \(worker), \(count))"
        case .begin(let claim): "begin(claim \(claim))"
        case .finish(let claim, let outcome): "finish(claim \(claim), \(outcome))"
        case .giveBack(let claim): "giveBack(claim \(claim))"
        case .crash(let worker): "crash(worker \(worker))"
        case .stopping(let worker): "stopping(worker \(worker))"
        case .goodbye(let worker): "goodbye(worker \(worker))"
        case .cancel(let job): "cancel(job \(job))"
        case .delete(let job): "delete(job \(job))"
        case .requeue(let job): "requeue(job \(job))"
        case .suspend(let isOn): "suspend(\(isOn))"
        }
    }
}

extension [QueueOperation] {
    static func random(seed: UInt64, count: Int) -> [QueueOperation] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in .random(using: &random) }
    }

    /// The smallest part of this history that still fails, by leaving out ever smaller pieces.
    func shrunk(_ fails: ([QueueOperation]) async throws -> Bool) async throws -> [QueueOperation] {
        var best = self
        var size = Swift.max(best.count / 2, 1)
        while true {
            var start = 0
            while start < best.count {
                var shorter = best
                shorter.removeSubrange(start..<Swift.min(start + size, best.count))
                if try await fails(shorter) { best = shorter } else { start += size }
            }
            if size == 1 { return best }
            size /= 2
        }
    }
}
