import Glibc
import Synchronization
import Testing

@testable import Indexing

@Suite struct HTTPClientTests {
    private let client = HTTPClient()

    @Test func `a request arrives whole and its answer comes back whole`() async throws {
        let service = try ScriptedService { call in
            .json(#"{"bytes":\#(call.body.count)}"#, status: 201, headers: ["X-Kind": "echo"])
        }
        // Above 1 MiB curl would wait for "100 Continue" if the Expect header were not emptied.
        let body = [UInt8](repeating: 0x61, count: 3 << 20)
        let response = try await client.send(
            HTTPRequest(
                method: .put, url: service.url + "/a?b=c", headers: ["api-key: k"], body: body, deadline: .seconds(30)))
        #expect(response.status == 201)
        #expect(response.header("x-kind") == "echo")
        #expect(response.isJSON)
        #expect(String(decoding: response.body, as: UTF8.self) == #"{"bytes":3145728}"#)
        let call = try #require(service.calls.first)
        #expect(call.method == "PUT" && call.path == "/a" && call.query == "b=c")
        #expect(call.headers["api-key"] == "k")
        #expect(call.headers["expect"] == nil)
    }

    @Test func `many requests at once share the thread`() async throws {
        let service = try ScriptedService { call in .json(#""\#(call.path)""#) }
        let answers = await withTaskGroup(of: String?.self, returning: Set<String>.self) { group in
            for index in 0..<50 {
                group.addTask { [client] in
                    let request = HTTPRequest(method: .get, url: service.url + "/\(index)", deadline: .seconds(30))
                    return (try? await client.send(request)).map { String(decoding: $0.body, as: UTF8.self) }
                }
            }
            return await group.reduce(into: Set<String>()) { if let answer = $1 { $0.insert(answer) } }
        }
        #expect(answers == Set((0..<50).map { "\"/\($0)\"" }))
    }

    @Test func `a port where nothing listens refuses`() async throws {
        let url = "http://user:secret@127.0.0.1:\(try Self.closedPort())/x?key=secret"
        await expect(url) { failure in
            guard case .refused(let address) = failure else { return false }
            return address.origin.hasPrefix("http://127.0.0.1:") && !failure.description.contains("secret")
        }
    }

    @Test(arguments: [("/nowhere/pulse.sock", ENOENT), ("/dev/null/pulse.sock", ENOTDIR)])
    func `why a socket cannot be reached is told by number`(path: String, errno: Int32) async throws {
        let request = HTTPRequest(method: .get, url: "http://pulse/", deadline: .seconds(5), unixSocket: path)
        await #expect(
            throws: HTTPFailure.unreachable(
                SanitizedURL("http://pulse/"), cause: unsafe String(cString: strerror(errno)).lowercased(), errno: errno
            )
        ) {
            try await client.send(request)
        }
    }

    @Test func `a server that does not answer times out`() async throws {
        let server = try RawServer(nil)
        await expect("http://127.0.0.1:\(server.port)", deadline: .milliseconds(100)) {
            if case .timedOut(.total, _) = $0 { true } else { false }
        }
    }

    /// Else a write that waits in the kernel of a host that was cut off would still be made when others have its document.
    @Test func `a body that is not taken is given up long before the deadline`() async throws {
        let server = try RawServer { connection, _ in
            var end = pollfd(fd: connection, events: 0, revents: 0)
            unsafe poll(&end, 1, -1)
        }
        let body = [UInt8](repeating: 0x61, count: 64 << 20)
        await expect("http://127.0.0.1:\(server.port)", deadline: .seconds(60), body: body) {
            if case .reset = $0 { true } else { false }
        }
    }

    @Test func `a name nobody knows is not resolved`() async {
        await expect("http://no-such-host.invalid/") { if case .nameNotResolved = $0 { true } else { false } }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[[1",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[[1", "",
    ])
    func `an answer that breaks off is no answer`(text: String) async throws {
        let server = try RawServer(text)
        await expect("http://127.0.0.1:\(server.port)") { if case .reset = $0 { true } else { false } }
    }

    /// A kept connection is closed when a part of the request is there already: sent again, it must be whole.
    @Test func `a body that met a closing connection is sent again from its beginning`() async throws {
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 % 251) }
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        let (whole, arrived) = AsyncStream<[UInt8]>.makeStream()
        let server = try RawServer { connection, number in
            if number == 0 {
                _ = RawServer.receive(connection)
                RawServer.send(connection, answer)
                _ = RawServer.receive(connection)
                // Its end is sent before anything is lost: a reset would meet curl now as it writes, now as it reads.
                shutdown(connection, Int32(SHUT_WR))
                while !RawServer.receive(connection).isEmpty {}
                return
            }
            var bytes = RawServer.receive(connection)
            // What is left unread when it closes would break the answer off.
            let head = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n\r\n")[0].utf8.count + 4
            while bytes.count < head + body.count {
                let more = RawServer.receive(connection)
                if more.isEmpty { break }
                bytes += more
            }
            arrived.yield(bytes.suffix(body.count))
            RawServer.send(connection, answer)
        }
        let url = "http://127.0.0.1:\(server.port)"
        _ = try await client.send(HTTPRequest(method: .get, url: url, deadline: .seconds(30)))
        let response = try await client.send(HTTPRequest(method: .put, url: url, body: body, deadline: .seconds(30)))
        #expect(String(decoding: response.body, as: UTF8.self) == "ok")
        for await bytes in whole {
            #expect(bytes == body)
            break
        }
    }

    @Test func `a handle that was used before keeps nothing of the request before`() async throws {
        let service = try ScriptedService { call in .json("\(call.body.count)") }
        func send(_ request: HTTPRequest) async throws -> String {
            String(decoding: try await client.send(request).body, as: UTF8.self)
        }
        let url = service.url
        for size in [100_000, 3, 0] {
            let body = [UInt8](repeating: 0x61, count: size)
            let post = HTTPRequest(
                method: .post, url: url, headers: ["x-key: \(size)"], body: body, deadline: .seconds(30))
            #expect(try await send(post) == "\(size)")
            #expect(try await send(HTTPRequest(method: .get, url: url, deadline: .seconds(30))) == "0")
        }
        #expect(service.calls.map(\.method) == ["POST", "GET", "POST", "GET", "POST", "GET"])
        #expect(service.calls.map { $0.headers["x-key"] } == ["100000", nil, "3", nil, "0", nil])
        let gets = service.calls.filter { $0.method == "GET" }
        #expect(gets.allSatisfy { $0.headers["content-length"] == nil && $0.headers["content-type"] == nil })
        // The socket is a part of the request, too.
        await #expect(throws: HTTPFailure.self) {
            try await client.send(
                HTTPRequest(method: .get, url: url, deadline: .seconds(5), unixSocket: "/nowhere/pulse.sock"))
        }
        #expect(try await send(HTTPRequest(method: .get, url: url, deadline: .seconds(30))) == "0")
    }

    @Test func `what is not HTTP is said to be so`() async throws {
        let server = try RawServer("SSH-2.0-OpenSSH_9.2\r\n")
        await expect("http://127.0.0.1:\(server.port)") { if case .other = $0 { true } else { false } }
    }

    @Test func `plain HTTP where TLS is expected is a TLS failure`() async throws {
        let server = try RawServer("HTTP/1.1 400 Bad Request\r\n\r\n")
        await expect("https://127.0.0.1:\(server.port)") { if case .tls = $0 { true } else { false } }
    }

    @Test func `a handshake that is reset is an outage, and what comes after it is judged for itself`() async throws {
        let (resetting, plain) = (
            try RawServer { connection, _ in
                _ = RawServer.receive(connection)
                var hard = linger(l_onoff: 1, l_linger: 0)
                unsafe setsockopt(connection, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
            }, try RawServer("HTTP/1.1 400 Bad Request\r\n\r\n")
        )
        for _ in 0..<2 {
            await expect("https://127.0.0.1:\(resetting.port)") { if case .reset = $0 { true } else { false } }
            await expect("https://127.0.0.1:\(plain.port)") { if case .tls = $0 { true } else { false } }
        }
    }

    @Test func `other protocols than HTTP are not spoken`() async {
        await expect("file:///etc/passwd") { if case .other = $0 { true } else { false } }
    }

    @Test func `an answer beyond its bound is cut off`() async throws {
        let service = try ScriptedService { _ in .json(String(repeating: "x", count: 100_000)) }
        let request = HTTPRequest(method: .get, url: service.url, deadline: .seconds(30), responseLimit: 99_999)
        await #expect {
            try await client.send(request)
        } throws: { if case .tooLarge(_, limit: 99_999)? = $0 as? HTTPFailure { true } else { false } }
    }

    @Test func `a redirect is an answer and is not followed`() async throws {
        let service = try ScriptedService { _ in .json("", status: 307, headers: ["Location": "/elsewhere"]) }
        let response = try await client.send(
            HTTPRequest(method: .post, url: service.url, body: [1], deadline: .seconds(30)))
        #expect(response.status == 307)
        #expect(response.header("location") == "/elsewhere")
        #expect(service.calls.count == 1)
    }

    @Test func `cancelling the task aborts the transfer`() async throws {
        let (arrivals, arrived) = AsyncStream<Void>.makeStream()
        let latch = Latch()
        defer { latch.open() }
        let service = try ScriptedService { _ in
            arrived.yield()
            latch.wait()
            return .json("")
        }
        let sending = Task { [client] in
            try await client.send(HTTPRequest(method: .get, url: service.url, deadline: .seconds(60)))
        }
        for await _ in arrivals { break }
        sending.cancel()
        await #expect { try await sending.value } throws: {
            if case .cancelled? = $0 as? HTTPFailure { true } else { false }
        }
    }

    private func expect(
        _ url: String, deadline: Duration = .seconds(30), body: [UInt8] = [], _ isExpected: (HTTPFailure) -> Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        do throws(HTTPFailure) {
            let method = body.isEmpty ? HTTPRequest.Method.get : .post
            _ = try await client.send(HTTPRequest(method: method, url: url, body: body, deadline: deadline))
            Issue.record("an answer came", sourceLocation: sourceLocation)
        } catch {
            #expect(isExpected(error), "\(error)", sourceLocation: sourceLocation)
        }
    }

    /// A port that was free a moment ago.
    static func closedPort() throws -> UInt16 {
        let server = try RawServer("")
        return server.port
    }
}
