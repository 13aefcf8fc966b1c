import Synchronization
import Testing

@testable import Indexing

/// Writes of several documents in one request: whose fault a failure is, and who goes on when somebody leaves.
@Suite(.timeLimit(.minutes(1))) struct JointWriteTests {
    /// Answers requests by their items, held back until told to go on.
    private final class Server: Sendable {
        private struct State {
            var requests: [[String]] = []
            var held: [CheckedContinuation<Void, Never>] = []
            var isOpen = false
            var cancelled = 0
        }
        private let state = Mutex(State())
        private let answer: @Sendable ([String]) -> CallFailure?

        init(_ answer: @escaping @Sendable ([String]) -> CallFailure? = { _ in nil }) { self.answer = answer }

        var requests: [[String]] { state.withLock { $0.requests } }
        var cancelled: Int { state.withLock { $0.cancelled } }

        func send(_ items: [String], _ attempts: WriteAttempts) async -> Result<Void, CallFailure> {
            if !attempts.mayBegin() { return .failure(.cancelled) }
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    state.requests.append(items)
                    if !state.isOpen { state.held.append(continuation) }
                    return state.isOpen
                }
                if goesOn { continuation.resume() }
            }
            if Task.isCancelled {
                state.withLock { $0.cancelled += 1 }
                return .failure(.cancelled)
            }
            return answer(items).map { .failure($0) } ?? .success(())
        }

        func open() {
            let held = state.withLock { state in
                state.isOpen = true
                defer { state.held = [] }
                return state.held
            }
            for waiter in held { waiter.resume() }
        }

        func untilRequested(_ count: Int) async {
            while requests.count < count, !Task.isCancelled { await Task.yield() }
        }
    }

    private static func requests(
        _ server: Server, refused: @escaping @Sendable (SizeRefusal, [String]) -> Void = { _, _ in }
    ) -> SharedRequests<String, Void> {
        let joint = JointWrite<String>(send: { await server.send($0, $1) }, refused: refused)
        return SharedRequests(
            mostUnderWay: 1, size: { _ in RequestSize(points: 1) }, holds: { $0.points <= 4 },
            perform: { await joint.perform($0) })
    }

    /// The first goes alone and is held; the others gather behind it, in their order.
    private func start(
        _ items: [String], _ requests: SharedRequests<String, Void>, _ server: Server
    ) async -> [Task<CallFailure?, Never>] {
        var tasks: [Task<CallFailure?, Never>] = []
        for (index, item) in items.enumerated() {
            tasks.append(
                Task {
                    do throws(CallFailure) {
                        try await requests.answer(to: item)
                        return nil
                    } catch { return error }
                })
            if index == 0 { await server.untilRequested(1) }
            while requests.waitingCount < index { await Task.yield() }
        }
        return tasks
    }

    private static func fault(_ status: Int, _ text: String, _ kind: ServiceFault.Kind = .poison) -> CallFailure {
        .fault(ServiceFault(.qdrant, kind, text, status: status))
    }

    @Test func `what gathers goes together, up to the bound`() async {
        let server = Server()
        let tasks = await start(["a", "b", "c", "d", "e", "f"], Self.requests(server), server)
        server.open()
        for task in tasks { #expect(await task.value == nil) }
        #expect(server.requests == [["a"], ["b", "c", "d", "e"], ["f"]])
    }

    @Test func `a refusal for one document's sake is that document's alone`() async {
        let server = Server { $0.contains("bad") ? Self.fault(422, "Validation error") : nil }
        let tasks = await start(["a", "b", "bad", "c"], Self.requests(server), server)
        server.open()
        var failures: [CallFailure?] = []
        for task in tasks { failures.append(await task.value) }
        #expect(failures == [nil, nil, Self.fault(422, "Validation error"), nil])
        #expect(server.requests == [["a"], ["b", "bad", "c"], ["b"], ["bad"], ["c"]])
    }

    @Test func `a point that is gone is missed by its own document alone`() async {
        let missing = Self.fault(404, "Not found: No point with id x found", .configuration)
        let server = Server { $0.contains("gone") ? missing : nil }
        let tasks = await start(["a", "b", "gone"], Self.requests(server), server)
        server.open()
        #expect(await tasks[1].value == nil)
        #expect(await tasks[2].value == missing)
        #expect(server.requests == [["a"], ["b", "gone"], ["b"], ["gone"]])
    }

    @Test func `an outage is everybody's, and nothing is repeated`() async {
        let outage = Self.fault(503, "away", .transient)
        let server = Server { $0 == ["a"] ? nil : outage }
        let tasks = await start(["a", "b", "c"], Self.requests(server), server)
        server.open()
        #expect(await tasks[1].value == outage)
        #expect(await tasks[2].value == outage)
        #expect(server.requests == [["a"], ["b", "c"]])
    }

    @Test func `what is too large is halved, and the bound is learnt`() async {
        let tooLarge = Self.fault(400, "JSON payload (9 bytes) is larger than allowed (limit: 8 bytes)")
        let server = Server { $0.count > 2 ? tooLarge : nil }
        let learnt = Mutex<[Int]>([])
        let requests = Self.requests(server) { _, items in learnt.withLock { $0.append(items.count) } }
        let tasks = await start(["a", "b", "c", "d", "e"], requests, server)
        server.open()
        for task in tasks { #expect(await task.value == nil) }
        #expect(server.requests == [["a"], ["b", "c", "d", "e"], ["b", "c"], ["d", "e"]])
        #expect(learnt.withLock { $0 } == [4])
    }

    @Test func `whoever is cancelled leaves at once and the others' request goes on without him when it is repeated`()
        async
    {
        let server = Server { $0.count > 1 ? Self.fault(422, "Validation error") : nil }
        let tasks = await start(["a", "b", "c"], Self.requests(server), server)
        tasks[1].cancel()
        #expect(await tasks[1].value == .cancelled)
        server.open()
        #expect(await tasks[0].value == nil)
        #expect(await tasks[2].value == nil)
        #expect(server.requests == [["a"], ["c"]])
    }

    @Test func `a request that all have left is given up`() async {
        let server = Server()
        let tasks = await start(["a"], Self.requests(server), server)
        tasks[0].cancel()
        server.open()
        #expect(await tasks[0].value == .cancelled)
        #expect(server.cancelled == 1)
    }

    @Test func `whoever leaves while his points are under way stays until that attempt has ended`() async {
        let (first, second) = (Server(), Server())
        let events = Mutex<[String]>([])
        let joint = JointWrite<String>(send: { items, attempts in
            if items == ["a"] { return await first.send(items, attempts) }
            defer { events.withLock { $0.append("answered") } }
            return await second.send(items, attempts)
        })
        let requests = SharedRequests<String, Void>(
            mostUnderWay: 1, size: { _ in RequestSize() }, holds: { _ in true }, perform: { await joint.perform($0) })
        let tasks = await start(["a", "b", "c"], requests, first)
        first.open()
        await second.untilRequested(1)
        tasks[1].cancel()
        let end = Task { [left = tasks[1]] in
            #expect(await left.value == .cancelled)
            events.withLock { $0.append("ended") }
        }
        // Time for one who would leave at once.
        for _ in 0..<1000 { await Task.yield() }
        second.open()
        await end.value
        #expect(await tasks[2].value == nil)
        #expect(events.withLock { $0 } == ["answered", "ended"])
        #expect(second.cancelled == 0 && second.requests == [["b", "c"]])
    }

    @Test func `between two attempts he leaves at once`() async {
        let server = Server()
        let pause = Server()
        let joint = JointWrite<String>(send: { items, attempts in
            if items == ["a"] { return await server.send(items, attempts) }
            _ = attempts.mayBegin()
            attempts.failed()
            _ = await pause.send(items, WriteAttempts(mayBegin: { true }, failed: {}))
            return attempts.mayBegin() ? .success(()) : .failure(.cancelled)
        })
        let requests = SharedRequests<String, Void>(
            mostUnderWay: 1, size: { _ in RequestSize() }, holds: { _ in true }, perform: { await joint.perform($0) })
        let tasks = await start(["a", "b", "c"], requests, server)
        server.open()
        await pause.untilRequested(1)
        tasks[1].cancel()
        #expect(await tasks[1].value == .cancelled)
        pause.open()
        #expect(await tasks[2].value == nil)
        #expect(pause.requests == [["b", "c"], ["c"]])
    }

    @Test func `a retry that somebody has left before is made for the others only`() async {
        let server = Server()
        let seen = Mutex<[[String]]>([])
        let joint = JointWrite<String>(send: { items, attempts in
            seen.withLock { $0.append(items) }
            if items == ["a"] { return await server.send(items, attempts) }
            // As between two attempts: the next one is not begun once somebody has left.
            while items.count > 1, attempts.mayBegin() { await Task.yield() }
            return attempts.mayBegin() ? .success(()) : .failure(.cancelled)
        })
        let requests = SharedRequests<String, Void>(
            mostUnderWay: 1, size: { _ in RequestSize() }, holds: { _ in true }, perform: { await joint.perform($0) })
        let tasks = await start(["a", "b", "c"], requests, server)
        server.open()
        while seen.withLock({ $0.count < 2 }) { await Task.yield() }
        tasks[1].cancel()
        #expect(await tasks[1].value == .cancelled)
        #expect(await tasks[2].value == nil)
        #expect(seen.withLock { $0 } == [["a"], ["b", "c"], ["c"]])
    }
}
