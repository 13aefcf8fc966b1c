import FlyingFox
import FlyingSocks
import Foundation
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

        static func json(_ text: String, status: Int = 200, headers: [String: String] = [:]) -> Answer {
            Answer(status: status, headers: headers, body: Array(text.utf8))
        }

        static func page(_ text: String, status: Int) -> Answer {
            Answer(status: status, type: "text/html", body: Array(text.utf8))
        }
    }

    let url: String
    private let server: HTTPServer
    private let running: Task<Void, any Error>
    private let log: CallLog

    var calls: [Call] { log.calls.withLock { $0 } }

    init(_ answer: @escaping @Sendable (Call) async -> Answer) async throws {
        let seen = CallLog()
        server = HTTPServer(
            address: .loopback(port: 0), logger: .disabled,
            handler: ClosureHTTPHandler { request in
                let call = Call(
                    method: request.method.rawValue, path: request.path,
                    query: request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&"),
                    headers: Dictionary(
                        uniqueKeysWithValues: request.headers.map { ($0.key.rawValue.lowercased(), $0.value) }),
                    body: Array(try await request.bodyData))
                seen.calls.withLock { $0.append(call) }
                let answer = await answer(call)
                var headers = HTTPHeaders()
                headers[HTTPHeader("Content-Type")] = answer.type
                for (name, value) in answer.headers { headers[HTTPHeader(name)] = value }
                return FlyingFox.HTTPResponse(
                    statusCode: HTTPStatusCode(answer.status, phrase: "Scripted"), headers: headers,
                    body: Data(answer.body))
            })
        self.log = seen
        let server = server
        running = Task { try await server.run() }
        try await server.waitUntilListening()
        guard case .ip6(_, let port)? = await server.listeningAddress else { throw NoPort() }
        url = "http://[::1]:\(port)"
    }

    deinit { running.cancel() }

    func stop() async {
        running.cancel()
        _ = try? await running.value
    }

    struct NoPort: Error {}
}

final class CallLog: Sendable {
    let calls = Mutex<[ScriptedService.Call]>([])
}
