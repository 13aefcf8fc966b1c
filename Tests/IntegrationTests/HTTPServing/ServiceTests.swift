import HTTPServing
import Testing

@Suite struct `An HTTP service` {
    @Test func `tells headers, body and peer, and keeps the connection for the next request`() async throws {
        let echo = try EchoService()
        let peer = try Peer(port: echo.port)
        await peer.send("POST /a?b=c HTTP/1.1\r\nHost: x\r\nX: one\r\nx: two\r\nContent-Length: 3\r\n\r\nabc")
        let first = try #require(await peer.answer())
        #expect(first.status == 200 && first.body == "POST /a x=one from 127.0.0.1 3 bytes")
        #expect(first.header("Connection")?.lowercased() != "close" && first.header("Cache-Control") == "no-store")
        await peer.send("GET /b HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(await peer.answer()?.body == "GET /b x=- from 127.0.0.1 0 bytes")
        await peer.send(
            "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
        #expect(await peer.answer()?.body.hasSuffix("3 bytes") == true)
    }

    @Test func `answers requests that come together in their order`() async throws {
        let echo = try EchoService()
        let peer = try Peer(port: echo.port)
        await peer.send((0..<20).map { "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
        for number in 0..<20 { #expect(await peer.answer()?.body.hasPrefix("GET /\(number) ") == true) }
    }

    @Test func `sends the head alone to who asks for it`() async throws {
        let echo = try EchoService()
        let peer = try Peer(port: echo.port)
        await peer.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n")
        let head = try #require(await peer.answer(toHead: true))
        #expect(head.status == 200 && head.length > 0)
        await peer.send("GET /b HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(await peer.answer()?.body.hasPrefix("GET /b") == true)
    }

    @Test func `asks for a body that waits for leave`() async throws {
        let echo = try EchoService()
        let peer = try Peer(port: echo.port)
        await peer.send("POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
        #expect(await peer.answer()?.status == 100)
        await peer.send("abc")
        #expect(await peer.answer()?.body.hasSuffix("3 bytes") == true)
    }

    @Test func `serves old clients one request at a time`() async throws {
        let echo = try EchoService()
        let peer = try Peer(port: echo.port)
        await peer.send("GET /a HTTP/1.0\r\n\r\n")
        #expect(await peer.answer()?.status == 200)
        #expect(await peer.rest() == "")
    }

    @Test func `a client that leaves before its answer harms nobody`() async throws {
        let echo = try EchoService()
        do {
            let peer = try Peer(port: echo.port)
            await peer.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n")
            try await eventually("it is being answered") { echo.asked == ["/hold"] }
        }
        echo.release()
        let peer = try Peer(port: echo.port)
        await peer.send("GET /b HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(await peer.answer()?.status == 200)
    }

    @Test func `stops after the answers in hand, and lets go of who asks nothing`() async throws {
        let echo = try EchoService()
        let idle = try Peer(port: echo.port)
        await idle.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(await idle.answer()?.status == 200)
        let busy = try Peer(port: echo.port)
        await busy.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n")
        try await eventually("it is being answered") { echo.asked.contains("/hold") }
        async let stopped: Void = echo.service.stop(within: .seconds(60))
        #expect(await idle.rest() == "")
        echo.release()
        let last = try #require(await busy.answer())
        #expect(last.status == 200 && last.header("Connection")?.lowercased() == "close")
        await stopped
        // Who connects now waits in the listener for whoever takes it over.
        let later = try Peer(port: echo.port)
        await later.send("GET /late HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(!echo.asked.contains("/late"))
    }

    @Test func `answers what was on its way when it was told to stop, and says that it was the last`() async throws {
        var limits = HTTPLimits.patient
        limits.farewell = 3_600_000_000_000
        let echo = try EchoService(limits)
        let kept = try Peer(port: echo.port)
        await kept.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(await kept.answer()?.status == 200)
        let fresh = try Peer(port: echo.port)
        await fresh.send("GET /b HTTP/1.1\r\n")
        let second = try Peer(port: echo.port)
        await second.send("GET /c HTTP/1.1\r\nHost: x\r\n\r\n")
        // Accepted in their order: the others are as well.
        #expect(await second.answer()?.status == 200)
        async let stopped: Void = echo.service.stop(within: .seconds(60))
        second.endSending()
        #expect(await second.rest() == "")
        await kept.send("GET /d HTTP/1.1\r\nHost: x\r\n\r\n")
        await fresh.send("Host: x\r\n\r\n")
        for peer in [kept, fresh] {
            let last = try #require(await peer.answer())
            #expect(last.status == 200 && last.header("Connection")?.lowercased() == "close")
        }
        await stopped
    }

    @Test func `stops in time although an answer never comes`() async throws {
        var limits = HTTPLimits.patient
        limits.refusal = { status, text, head in
            HTTPResponse(status: status, body: Array("\(head.path): \(text)".utf8))
        }
        let echo = try EchoService(limits)
        let busy = try Peer(port: echo.port)
        await busy.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n")
        try await eventually("it is being answered") { echo.asked == ["/hold"] }
        await echo.service.stop(within: .milliseconds(50))
        let answer = await busy.answer()
        #expect(answer?.status == 503 && answer?.body == "/hold: the server is stopping", "in the owner's own shape")
        echo.release()
    }
}
