import Synchronization

/// Lets many callers share few requests: what is asked for while as many requests as may be are under way gathers, and goes
/// together in the next one. Nobody waits for company: with a request free, one item goes alone.
///
/// Whoever is cancelled leaves at once and leaves the others' request alone; a request that all have left is cancelled.
/// Only he whose item is in an attempt that its request has announced stays until that has ended: what it writes for him
/// may not come after he has gone.
final class SharedRequests<Item: Sendable, Answer: Sendable>: Sendable {
    typealias Outcome = Result<Answer, CallFailure>

    /// The items of one request, in the order they were asked for.
    struct Group: Sendable {
        let items: [Item]
        fileprivate let numbers: [Int]
        fileprivate let owner: SharedRequests

        /// False once whoever asked for it has left.
        func isWanted(_ index: Int) -> Bool {
            owner.state.withLock { $0.waiters[numbers[index]].map { !$0.hasLeft } ?? false }
        }

        /// Announces an attempt for these items.
        ///
        /// - Returns: false when somebody has left: then it is not to be made.
        func begin(_ indices: [Int]) -> Bool { owner.begin(indices.map { numbers[$0] }) }

        /// The attempt has ended, or none was made: those of its items who wanted to leave have left.
        func end(_ indices: [Int]) { owner.end(indices.map { numbers[$0] }) }
    }

    fileprivate struct Waiter {
        let item: Item
        let answer: CheckedContinuation<Outcome, Never>
        /// The request that has taken it.
        var request: Int?
        /// An attempt is being made for it.
        var isUnderWay = false
        var hasLeft = false
    }

    fileprivate struct Request {
        var waiting: Int
        var task: Task<Void, Never>?
    }

    fileprivate struct State {
        var waiters: [Int: Waiter] = [:]
        /// Numbers that no request has taken yet, in their order; whoever has left is skipped.
        var queue: [Int] = []
        var lastNumber = 0
        var requests: [Int: Request] = [:]
    }

    fileprivate let state = Mutex(State())
    private let mostUnderWay: Int
    private let size: @Sendable (Item) -> RequestSize
    /// Whether a request may be so large; its first item goes whatever its size.
    private let holds: @Sendable (RequestSize) -> Bool
    private let perform: @Sendable (Group) async -> [Outcome]

    /// - Parameter perform: makes the request; gives one outcome for each item.
    init(
        mostUnderWay: Int, size: @escaping @Sendable (Item) -> RequestSize,
        holds: @escaping @Sendable (RequestSize) -> Bool, perform: @escaping @Sendable (Group) async -> [Outcome]
    ) {
        self.mostUnderWay = mostUnderWay
        self.size = size
        self.holds = holds
        self.perform = perform
    }

    /// How many wait for a request to take them.
    var waitingCount: Int { state.withLock { state in state.queue.count { state.waiters[$0] != nil } } }

    func answer(to item: Item) async throws(CallFailure) -> Answer {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let next = state.withLock { state in
                    state.waiters[number] = Waiter(item: item, answer: continuation)
                    state.queue.append(number)
                    return takeGroup(&state)
                }
                // A cancellation that came before the lines above found nobody.
                if Task.isCancelled { leave(number) }
                if let next { start(next) }
            }
        } onCancel: {
            leave(number)
        }
        return try outcome.get()
    }

    private func leave(_ number: Int) {
        let (answer, abandoned) = state.withLock { state in
            guard let waiter = state.waiters[number], !waiter.hasLeft else {
                return (nil as CheckedContinuation<Outcome, Never>?, nil as Task<Void, Never>?)
            }
            if waiter.isUnderWay { state.waiters[number]?.hasLeft = true } else { state.waiters[number] = nil }
            guard let request = waiter.request else { return (waiter.answer, nil) }
            state.requests[request]?.waiting -= 1
            let abandoned = state.requests[request]?.waiting == 0 ? state.requests[request]?.task : nil
            return (waiter.isUnderWay ? nil : waiter.answer, abandoned)
        }
        abandoned?.cancel()
        answer?.resume(returning: .failure(.cancelled))
    }

    private func begin(_ numbers: [Int]) -> Bool {
        state.withLock { state in
            guard numbers.allSatisfy({ state.waiters[$0]?.hasLeft == false }) else { return false }
            for number in numbers { state.waiters[number]?.isUnderWay = true }
            return true
        }
    }

    private func end(_ numbers: [Int]) {
        let left = state.withLock { state in
            for number in numbers { state.waiters[number]?.isUnderWay = false }
            return numbers.filter { state.waiters[$0]?.hasLeft == true }.compactMap {
                state.waiters.removeValue(forKey: $0)
            }
        }
        for waiter in left { waiter.answer.resume(returning: .failure(.cancelled)) }
    }

    /// The next request, when one may begin and there is something for it.
    private func takeGroup(_ state: inout State) -> (id: Int, Group)? {
        guard state.requests.count < mostUnderWay else { return nil }
        var taken: [(number: Int, item: Item)] = []
        var (total, seen) = (RequestSize(), 0)
        for number in state.queue {
            if let waiter = state.waiters[number] {
                let sum = total + size(waiter.item)
                if !taken.isEmpty, !holds(sum) { break }
                total = sum
                taken.append((number, waiter.item))
            }
            seen += 1
        }
        state.queue.removeFirst(seen)
        guard let id = taken.first?.number else { return nil }
        for (number, _) in taken { state.waiters[number]?.request = id }
        state.requests[id] = Request(waiting: taken.count)
        return (id, Group(items: taken.map(\.item), numbers: taken.map(\.number), owner: self))
    }

    private func start(_ request: (id: Int, group: Group)) {
        let task = Task { finish(request.id, request.group, await perform(request.group)) }
        let isAbandoned = state.withLock { state in
            state.requests[request.id]?.task = task
            return state.requests[request.id]?.waiting == 0
        }
        if isAbandoned { task.cancel() }
    }

    private func finish(_ id: Int, _ group: Group, _ outcomes: [Outcome]) {
        let (answers, next) = state.withLock { state in
            let answers = group.numbers.map { state.waiters.removeValue(forKey: $0)?.answer }
            state.requests[id] = nil
            return (answers, takeGroup(&state))
        }
        if let next { start(next) }
        for (answer, outcome) in zip(answers, outcomes) { answer?.resume(returning: outcome) }
    }
}
