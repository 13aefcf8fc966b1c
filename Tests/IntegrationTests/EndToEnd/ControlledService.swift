import Dispatch
import Glibc
import Synchronization

/// A scripted service whose address stays its own: it can be away and come back, hold requests, or answer with faults.
final class ControlledService: Sendable {
    typealias Call = ScriptedService.Call
    typealias Answer = ScriptedService.Answer

    private struct State {
        var server: ThreadedServer?
        var answers: Answer?
        var holds: (@Sendable (Call) -> Bool)?
        var held: [Int: (waiter: DispatchSemaphore, texts: Int)] = [:]
        var lastHold = 0
    }

    let url: String
    private let port: UInt16
    /// Bound and never listening: while the service is away its port refuses, and nobody else can be given it.
    private let reservation: Int32
    private let state = Mutex(State())
    private let script: @Sendable (Call) -> Answer

    init(_ script: @escaping @Sendable (Call) -> Answer) throws {
        self.script = script
        (reservation, port) = try ThreadedServer.bound(to: 0)
        url = "http://[::1]:\(port)"
    }

    deinit { close(reservation) }

    /// How many texts wait in requests to be released: those of several documents may share one.
    var held: Int { state.withLock { $0.held.values.reduce(0) { $0 + $1.texts } } }

    func start() throws {
        let socket = try ThreadedServer.bound(to: port).socket
        guard listen(socket, 64) == 0 else { throw RawServer.NoListener() }
        let server = ThreadedServer(on: socket) { [weak self] in self?.answer($0) ?? .json("{}", status: 500) }
        state.withLock { $0.server = server }
    }

    /// From now on connections are refused; open ones are cut.
    func stop() {
        let server = state.withLock { state in
            defer { state.server = nil }
            return state.server
        }
        server?.stop()
    }

    /// From now on everything is answered with this; nil: as scripted.
    func answer(everythingWith answer: Answer?) { state.withLock { $0.answers = answer } }

    /// From now on such requests get no answer until `release`.
    func hold(_ which: @escaping @Sendable (Call) -> Bool) { state.withLock { $0.holds = which } }

    /// Lets go of every request that is held, and holds no more.
    func release() {
        let held = state.withLock { state in
            state.holds = nil
            return state.held.values
        }
        for (waiter, _) in held { waiter.signal() }
    }

    /// On the connection's own thread, which may wait.
    private func answer(_ call: Call) -> Answer {
        let waiter = DispatchSemaphore(value: 0)
        let number = state.withLock { state in
            guard state.holds?(call) == true else { return Int?.none }
            state.lastHold += 1
            state.held[state.lastHold] = (waiter, (call.json["inputs"] as? [String])?.count ?? 1)
            return state.lastHold
        }
        if let number {
            waiter.wait()
            state.withLock { $0.held[number] = nil }
        }
        return state.withLock { $0.answers } ?? script(call)
    }
}

extension ScriptedService.Call {
    /// A job's texts, not the one word with which a worker asks whether TEI works.
    var embedsDocument: Bool { path == "/embed" && (json["inputs"] as? [String]) != ["pulse"] }
}
