/// The dispatcher's books: which texts wait, which are under way and for whom. Decides nothing and waits for nothing.
struct EmbedBook {
    typealias Result = Swift.Result<[EmbedOutcome], CallFailure>

    /// A call that has come to its end; resumed outside the lock.
    struct Ending: Sendable {
        let continuation: CheckedContinuation<Result, Never>
        let result: Result

        func resume() { continuation.resume(returning: result) }
    }

    /// What a request leaves behind.
    struct Ended {
        let ticket: EndpointPace.Ticket
        /// Texts of calls that still live, without an outcome.
        var left: [EmbedQueue.Item] = []
        var endings: [Ending] = []
    }

    private struct Call {
        let texts: [String]
        var outcomes: [EmbedOutcome?]
        var missing: Int
        let continuation: CheckedContinuation<Result, Never>
    }

    private struct Request {
        let items: [EmbedQueue.Item]
        let ticket: EndpointPace.Ticket
        /// Whose texts it carries.
        var calls: Set<Int>
        var task: Task<Void, Never>?
    }

    private(set) var queue = EmbedQueue()
    /// Nil until the server has named its limits.
    var paces: [EndpointPace?]
    private var calls: [Int: Call] = [:]
    private var requests: [Int: Request] = [:]
    private var lastID = 0

    init(endpoints: Int) { paces = Array(repeating: nil, count: endpoints) }

    mutating func nextID() -> Int {
        lastID += 1
        return lastID
    }

    mutating func adopt(_ limits: ServerLimits, of endpoint: Int) {
        if paces[endpoint] == nil { paces[endpoint] = EndpointPace(limits) } else { paces[endpoint]?.adopt(limits) }
    }

    /// - Parameter sizes: each text's as JSON.
    mutating func open(
        _ call: Int, _ texts: [String], _ sizes: [Int], _ continuation: CheckedContinuation<Result, Never>
    ) {
        calls[call] = Call(
            texts: texts, outcomes: Array(repeating: nil, count: texts.count), missing: texts.count,
            continuation: continuation)
        queue.add(sizes.indices.map { EmbedQueue.Item(call: call, index: $0, bytes: sizes[$0]) })
    }

    /// Ends a call that still lives; whatever of it is under way is nobody's from now on.
    mutating func close(_ call: Int, _ result: Result) -> Ending? {
        guard let ended = calls.removeValue(forKey: call) else { return nil }
        queue.remove(call: call)
        return Ending(continuation: ended.continuation, result: result)
    }

    /// Requests that carried texts of this call alone and are of no use any more.
    mutating func abandoned(by call: Int) -> [Task<Void, Never>] {
        var tasks: [Task<Void, Never>] = []
        for id in requests.keys {
            guard requests[id]?.calls.remove(call) != nil, requests[id]?.calls.isEmpty == true else { continue }
            if let task = requests[id]?.task { tasks.append(task) }
        }
        return tasks
    }

    /// The server with the most free room that may be sent something now.
    func bestEndpoint(
        _ standings: [ServiceGuard.Standing], now: Duration
    ) -> (endpoint: Int, allowance: Int)? {
        var best: (endpoint: Int, allowance: Int, free: Int)?
        for endpoint in paces.indices where standings[endpoint].refusal == nil {
            guard let pace = paces[endpoint] else { continue }
            let allowance = pace.allowance(
                waiting: queue.count, now: now, isProbation: standings[endpoint].isProbation)
            let free = pace.limiter.free
            if allowance > 0, free > best?.free ?? .min { best = (endpoint, allowance, free) }
        }
        return best.map { ($0.endpoint, $0.allowance) }
    }

    /// Makes a request of what waits.
    mutating func take(_ inputs: Int, for endpoint: Int) -> (request: Int, texts: [String]) {
        let items = queue.take(inputs: inputs, bytes: paces[endpoint]?.batch.bytes ?? 1)
        let bytes = items.reduce(0) { $0 + $1.bytes }
        let id = nextID()
        if let ticket = paces[endpoint]?.sent(inputs: items.count, bytes: bytes) {
            requests[id] = Request(items: items, ticket: ticket, calls: Set(items.map(\.call)))
        }
        return (id, items.compactMap { calls[$0.call]?.texts[$0.index] })
    }

    mutating func started(_ request: Int, _ task: Task<Void, Never>) { requests[request]?.task = task }

    /// It carries texts of several calls, which must not keep each other's vectors in memory.
    func isMixed(_ request: Int) -> Bool { requests[request]?.calls.count ?? 0 > 1 }

    mutating func finish(_ request: Int, _ report: EmbedReport) -> Ended? {
        guard let request = requests.removeValue(forKey: request) else { return nil }
        var ended = Ended(ticket: request.ticket)
        for (item, outcome) in zip(request.items, report.outcomes) {
            guard calls[item.call] != nil else { continue }
            guard let outcome else {
                ended.left.append(item)
                continue
            }
            calls[item.call]?.outcomes[item.index] = outcome
            calls[item.call]?.missing -= 1
        }
        for call in request.calls where calls[call]?.missing == 0 {
            let outcomes = calls[call]?.outcomes.compactMap { $0 } ?? []
            if let ending = close(call, .success(outcomes)) { ended.endings.append(ending) }
        }
        return ended
    }

    /// Texts that go again. Those of a call that was given up meanwhile are left out.
    mutating func putBack(_ items: [EmbedQueue.Item]) {
        for (call, items) in Dictionary(grouping: items, by: \.call) where calls[call] != nil { queue.add(items) }
    }
}

extension EmbedReport {
    /// Gives every vector memory of its own, in place of a part of the whole answer.
    mutating func detach() {
        outcomes = outcomes.map { outcome in
            guard case .vector(let vector)? = outcome else { return outcome }
            return .vector(EmbeddedVector(answer: Array(vector.bytes), range: 0..<vector.range.count))
        }
    }
}
