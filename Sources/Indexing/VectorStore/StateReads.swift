import Synchronization

/// Reads the states of many documents with few requests: what is asked for while two reads are under way goes together in
/// the next one. An unchanged document costs nothing else, and there may be thousands a second.
final class StateReads: Sendable {
    typealias Found = (state: DocumentState, contentID: Int?)

    private struct Reader {
        let id: String
        let answer: CheckedContinuation<Result<Found?, CallFailure>, Never>
    }

    private struct State {
        /// By number; whoever is cancelled leaves by itself.
        var readers: [Int: Reader] = [:]
        /// Numbers that no request has taken yet, in their order.
        var waiting: [Int] = []
        var lastNumber = 0
        var underWay = 0
    }

    private static let mostUnderWay = 2
    private static let mostAtOnce = 64

    private let state = Mutex(State())
    /// What is there of these points, by id.
    private let read: @Sendable ([String]) async -> Result<[String: Found], CallFailure>

    init(_ read: @escaping @Sendable ([String]) async -> Result<[String: Found], CallFailure>) { self.read = read }

    /// How many wait for a request to take them.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// nil when there is no such point.
    func state(of id: String) async throws(CallFailure) -> Found? {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayStart = state.withLock { state in
                    state.readers[number] = Reader(id: id, answer: continuation)
                    state.waiting.append(number)
                    guard state.underWay < Self.mostUnderWay else { return false }
                    state.underWay += 1
                    return true
                }
                if Task.isCancelled { resume(number, .failure(.cancelled)) }
                if mayStart { Task { await readAll() } }
            }
        } onCancel: {
            resume(number, .failure(.cancelled))
        }
        return try answer.get()
    }

    private func resume(_ number: Int, _ answer: Result<Found?, CallFailure>) {
        state.withLock { $0.readers.removeValue(forKey: number) }?.answer.resume(returning: answer)
    }

    private func readAll() async {
        while let batch = next() {
            let answer = await read(Array(Set(batch.map(\.id))))
            for (number, id) in batch { resume(number, answer.map { $0[id] }) }
        }
    }

    /// The next readers to be served; nil when there are none, and this reader has ended.
    private func next() -> [(number: Int, id: String)]? {
        state.withLock { state in
            while !state.waiting.isEmpty {
                let taken = state.waiting.prefix(Self.mostAtOnce)
                state.waiting.removeFirst(taken.count)
                // Whoever was cancelled has left.
                let batch = taken.compactMap { number in state.readers[number].map { (number, $0.id) } }
                if !batch.isEmpty { return batch }
            }
            state.underWay -= 1
            return nil
        }
    }
}
