internal import Dispatch
internal import Synchronization

/// Asks the resolver, and waits no longer than the caller may.
///
/// getaddrinfo(3) knows no deadline: with a name server that is silent it returns after many seconds. Here it runs on a
/// queue of its own; an answer that comes late serves the next attempt, which therefore piles up no second question.
final class HostLookup: Sendable {
    private final class Question: Sendable {
        let answer = Mutex<Result<[SocketAddress], RedisError.Cause>?>(nil)
        let answered = DispatchSemaphore(value: 0)
    }

    private let queue = DispatchQueue(label: "pulse.redis.lookup")
    private let open = Mutex<[String: Question]>([:])

    func addresses(of host: String, port: Int, until limit: TimeLimit) throws(RedisError.Cause) -> [SocketAddress] {
        if let numeric = try? SocketAddress.resolving(host: host, port: port, numericOnly: true) { return numeric }
        let name = "\(host):\(port)"
        let question = ask(name, host, port)
        guard question.answered.wait(timeout: .now() + .milliseconds(Int(limit.milliseconds))) == .success else {
            throw .unknownHost("no answer from the name servers")
        }
        open.withLock { $0[name] = nil }
        guard let answer = question.answer.withLock({ $0 }) else { throw .unknownHost("no answer") }
        return try answer.get()
    }

    private func ask(_ name: String, _ host: String, _ port: Int) -> Question {
        open.withLock { open in
            if let asked = open[name] { return asked }
            let question = Question()
            open[name] = question
            queue.async {
                let result: Result<[SocketAddress], RedisError.Cause>
                do throws(RedisError.Cause) {
                    result = .success(try SocketAddress.resolving(host: host, port: port, numericOnly: false))
                } catch {
                    result = .failure(error)
                }
                question.answer.withLock { $0 = result }
                question.answered.signal()
            }
            return question
        }
    }
}
