import Dispatch
import Foundation
import Glibc
import Synchronization

/// An HTTP server on the loopback whose answers are a closure of the test.
final class ScriptedService: Sendable {
    struct Call: Sendable {
        var method: String
        var path: String
        var query: String
        var headers: [String: String]
        var body: [UInt8]

        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:] }
    }

    struct Answer: Sendable {
        var status = 200
        var type = "application/json"
        var headers: [String: String] = [:]
        var body: [UInt8]
        var form = Form.whole

        enum Form { case whole, cut, bare }

        /// Ends in the middle of its body.
        var cut: Answer { formed(.cut) }
        /// Only the body is sent, without status and headers.
        var bare: Answer { formed(.bare) }

        private func formed(_ form: Form) -> Answer {
            var answer = self
            answer.form = form
            return answer
        }

        static func json(_ text: String, status: Int = 200, headers: [String: String] = [:]) -> Answer {
            Answer(status: status, headers: headers, body: Array(text.utf8))
        }

        static func page(_ text: String, status: Int) -> Answer {
            Answer(status: status, type: "text/html", body: Array(text.utf8))
        }
    }

    let url: String
    private let server: ThreadedServer
    private let log: CallLog

    var calls: [Call] { log.calls.withLock { $0 } }

    /// - Parameter answer: runs on a thread of the connection's own, and may hold it up.
    init(_ answer: @escaping @Sendable (Call) -> Answer) throws {
        let seen = CallLog()
        let (socket, port) = try ThreadedServer.bound(to: 0)
        guard listen(socket, 64) == 0 else { throw RawServer.NoListener() }
        server = ThreadedServer(on: socket) { call in
            seen.calls.withLock { $0.append(call) }
            return answer(call)
        }
        log = seen
        url = "http://[::1]:\(port)"
    }

    deinit { server.stop() }

    func stop() { server.stop() }
}

/// Holds threads until it is opened, then none.
final class Latch: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    /// At most a minute: a test that forgets to open it must not hang.
    func wait() {
        _ = semaphore.wait(timeout: .now() + 60)
        semaphore.signal()
    }

    func open() { semaphore.signal() }
}

final class CallLog: Sendable {
    let calls = Mutex<[ScriptedService.Call]>([])
}
