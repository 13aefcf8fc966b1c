import HTTPServing
import Testing

@Suite struct `Requests that an HTTP service refuses` {
    private static let next = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"

    /// Each ends, by some reading of it, before a request that rides inside.
    @Test(arguments: [
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        "Content-Length: 0\r\nContent-Length: 40\r\n\r\n", "Content-Length: 40\r\nContent-Length: 0\r\n\r\n",
        "Content-Length: 0\r\nContent-Length: 0\r\n\r\n", "Content-Length: 0, 0\r\n\r\n", "Content-Length: +0\r\n\r\n",
        "Content-Length: 0x0\r\n\r\n", "content-length: \r\n\r\n", "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: identity\r\n\r\n", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n\r\n",
        "X\u{0}Y: 1\r\n\r\n", "X Y: 1\r\n\r\n", "Host: y\r\n\r\n",
    ])
    func `leave nothing behind that is run`(rest: String) async throws {
        for method in ["POST", "GET", "PATCH", "DELETE"] {
            let echo = try EchoService()
            let peer = try Peer(port: echo.port)
            await peer.send("\(method) /first HTTP/1.1\r\nHost: x\r\n\(rest)\(Self.next)\(Self.next)")
            let all = await peer.rest()
            #expect(all.hasPrefix("HTTP/1.1 4"), "\(all)")
            #expect(!all.contains("HTTP/1.1 200") && echo.asked == [], "\(all)")
        }
    }

    @Test func `have the owner's own shape`() async throws {
        var limits = HTTPLimits.patient
        limits.refusal = { status, text, head in
            HTTPResponse(
                status: status, headers: [("X-Request-ID", head.header("x-request-id") ?? "none")],
                body: Array("detail: \(text)".utf8))
        }
        let echo = try EchoService(limits)
        for length in ["Content-Length: 1048577\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n110000\r\n"] {
            let peer = try Peer(port: echo.port)
            await peer.send("POST / HTTP/1.1\r\nHost: x\r\nX-Request-ID: abc\r\n\(length)")
            await peer.send([UInt8](repeating: 0x61, count: 0x110000))
            let answer = try #require(await peer.answer())
            #expect(
                answer.status == 413 && answer.body == "detail: the request body is too large: at most 1048576 bytes")
            #expect(answer.header("X-Request-ID") == "abc")
        }
    }

    @Test(arguments: ["Content-Length: 7340032\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n700000\r\n"])
    func `reach a client that reads only when it has sent everything`(length: String) async throws {
        let echo = try EchoService()
        let peer = try Peer(port: echo.port)
        await peer.send("POST / HTTP/1.1\r\nHost: x\r\n\(length)")
        // 7 MB in pieces: to be refused after the first must not break the line under the others.
        for _ in 0..<112 { #expect(await peer.send([UInt8](repeating: 0x61, count: 65536))) }
        #expect(await peer.answer()?.status == 413)
        #expect(await peer.rest() == "" && echo.asked == [])
    }

    @Test func `are not asked for their body`() async throws {
        let echo = try EchoService()
        let peer = try Peer(port: echo.port)
        await peer.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n")
        #expect(await peer.answer()?.status == 413)
    }

    @Test func `include endless headers, and a NUL or a blank in the path`() async throws {
        let echo = try EchoService()
        let large = try Peer(port: echo.port)
        await large.send("GET / HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n")
        #expect(await large.answer()?.status == 431)
        let larger = try Peer(port: echo.port)
        await larger.send("GET / HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "x", count: 200_000))\r\n\r\n")
        #expect(await larger.answer()?.status == 431)
        for line in ["GET /a%00b HTTP/1.1", "GET /a b HTTP/1.1", "GET /a HTTP/1.1 HTTP/1.1"] {
            let cut = try Peer(port: echo.port)
            await cut.send("\(line)\r\nHost: x\r\n\r\n")
            #expect(await cut.answer()?.status == 400, "\(line)")
        }
        #expect(echo.asked == [])
    }

    @Test func `include those that their owner turns down unread`() async throws {
        let listener = try TCPListener(host: "127.0.0.1", port: 0)
        let service = try HTTPService(listener: listener.descriptor, limits: .patient) { head in
            head.header("authorization") == nil ? .error(401, "no secret") : nil
        } respond: { _ in
            HTTPResponse(status: 200, body: [])
        }
        let peer = try Peer(port: EchoService.port(of: listener))
        await peer.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
        await peer.send([UInt8](repeating: 0x61, count: 1_000_000))
        #expect(await peer.answer()?.status == 401)
        let known = try Peer(port: EchoService.port(of: listener))
        await known.send("GET / HTTP/1.1\r\nHost: x\r\nAuthorization: y\r\n\r\n")
        #expect(await known.answer()?.status == 200)
        await service.stop(within: .seconds(1))
    }
}
