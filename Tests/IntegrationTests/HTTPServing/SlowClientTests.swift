import Glibc
import HTTPServing
import Synchronization
import Testing

@Suite struct `Clients of an HTTP service that take their time` {
    private static let started = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc"

    private func limits(_ change: (inout HTTPLimits) -> Void) -> HTTPLimits {
        var limits = HTTPLimits.patient
        change(&limits)
        return limits
    }

    @Test func `headers that do not come to an end are cut off`() async throws {
        let echo = try EchoService(limits { $0.headerDeadline = 100_000_000 })
        for text in ["", "G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: x\r\n"] {
            let peer = try Peer(port: echo.port)
            await peer.send(text)
            #expect(await peer.rest() == "")
        }
    }

    @Test func `a body that does not come to an end is told so`() async throws {
        let echo = try EchoService(limits { $0.bodyDeadline = 100_000_000 })
        let peer = try Peer(port: echo.port)
        await peer.send(Self.started)
        #expect(await peer.answer()?.status == 408)
        #expect(await peer.rest() == "" && echo.asked == [])
    }

    @Test func `a connection without a request is not kept for ever`() async throws {
        let echo = try EchoService(limits { $0.idleDeadline = 100_000_000 })
        let peer = try Peer(port: echo.port)
        await peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(await peer.answer()?.status == 200)
        #expect(await peer.rest() == "")
    }

    @Test func `an answer that nobody makes is given up`() async throws {
        let echo = try EchoService(limits { $0.answerDeadline = 100_000_000 })
        let peer = try Peer(port: echo.port)
        await peer.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(await peer.answer()?.status == 503)
        echo.release()
    }

    @Test func `the oldest that has not asked yet makes room`() async throws {
        let echo = try EchoService(limits { $0.connections = 4 })
        let silent = try Peer(port: echo.port)
        let slow = try Peer(port: echo.port)
        await slow.send(Self.started)
        var others: [Peer] = []
        for _ in 0..<2 {
            let peer = try Peer(port: echo.port)
            await peer.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await peer.answer()?.status == 200)
            others.append(peer)
        }
        for _ in 0..<2 {
            let peer = try Peer(port: echo.port)
            await peer.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await peer.answer()?.status == 200)
            others.append(peer)
        }
        #expect(await silent.rest() == "")
        #expect(await slow.answer()?.status == 503)
    }

    @Test func `one whose answer is being made never goes; a newcomer waits instead`() async throws {
        let echo = try EchoService(limits { $0.connections = 4 })
        var busy: [Peer] = []
        for _ in 0..<4 {
            let peer = try Peer(port: echo.port)
            await peer.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n")
            busy.append(peer)
        }
        try await eventually("all are being answered") { echo.asked.count == 4 }
        let newcomer = try Peer(port: echo.port)
        await newcomer.send("GET /new HTTP/1.1\r\nHost: x\r\n\r\n")
        echo.release()
        for peer in busy { #expect(await peer.answer()?.status == 200) }
        #expect(await newcomer.answer()?.body.hasPrefix("GET /new") == true)
    }

    @Test func `in a full house newcomers do not push each other out`() async throws {
        let echo = try EchoService(
            limits {
                $0.connections = 4
                $0.grace = 60_000_000_000
            })
        var busy: [Peer] = []
        for _ in 0..<3 {
            let peer = try Peer(port: echo.port)
            await peer.send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n")
            busy.append(peer)
        }
        try await eventually("all but one are being answered") { echo.asked.count == 3 }
        let first = try Peer(port: echo.port)
        let second = try Peer(port: echo.port)
        await second.send("GET /second HTTP/1.1\r\nHost: x\r\n\r\n")
        await first.send("GET /first HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(await first.answer()?.body.hasPrefix("GET /first") == true)
        #expect(await second.answer()?.body.hasPrefix("GET /second") == true)
        echo.release()
        for peer in busy { #expect(await peer.answer()?.status == 200) }
    }

    @Test func `bodies share one bound: the oldest that is still on its way makes room`() async throws {
        let echo = try EchoService(limits { $0.bodies = 1_500_000 })
        let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
        let slow = try Peer(port: echo.port)
        await slow.send(head.replacing("Host: x\r\n", with: "Host: x\r\nExpect: 100-continue\r\n"))
        #expect(await slow.answer()?.status == 100, "its body is waited for before the next one's")
        await slow.send([UInt8](repeating: 0x61, count: 999_999))
        let quick = try Peer(port: echo.port)
        await quick.send(head)
        await quick.send([UInt8](repeating: 0x61, count: 1_000_000))
        #expect(await quick.answer()?.body.hasSuffix("1000000 bytes") == true)
        #expect(await slow.answer()?.status == 503)
        // What they held is free again.
        for _ in 0..<3 {
            await quick.send(head)
            await quick.send([UInt8](repeating: 0x61, count: 1_000_000))
            #expect(await quick.answer()?.status == 200)
        }
    }

    @Test func `five hundred that reopen at once keep nobody else waiting`() async throws {
        // A request that comes whole has no body to wait for, however slow this machine is at the moment.
        let echo = try EchoService(limits { $0.bodyDeadline = 200_000_000 })
        let crowd = Crowd(port: echo.port)
        for number in 0..<100 {
            let peer = try Peer(port: echo.port)
            await peer.send("POST /real HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
            #expect(await peer.answer()?.status == 200, "request \(number)")
        }
        await crowd.leave()
        #expect(echo.asked.count == 100)
    }
}

/// Clients that each send half a request and connect again as soon as they are cut off.
private final class Crowd: Sendable {
    private final class Flag: Sendable { let isUp = Atomic(false) }

    private let flag = Flag()
    private let pressing: Task<Void, Never>

    init(port: UInt16) {
        pressing = Task { [flag] in await Thread.run { Self.press(port, until: flag) } }
    }

    func leave() async {
        flag.isUp.store(true, ordering: .relaxed)
        await pressing.value
    }

    private static func press(_ port: UInt16, until flag: Flag) {
        var ends: [pollfd] = (0..<500).map { _ in pollfd(fd: open(port), events: Int16(POLLIN), revents: 0) }
        while !flag.isUp.load(ordering: .relaxed) {
            guard unsafe poll(&ends, UInt(ends.count), 20) > 0 else { continue }
            for index in ends.indices where ends[index].revents != 0 {
                close(ends[index].fd)
                ends[index].fd = open(port)
            }
        }
        for end in ends { close(end.fd) }
    }

    private static func open(_ port: UInt16) -> Int32 {
        guard let end = try? Peer.connect(port: port) else { return -1 }
        let text = Array("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n".utf8)
        _ = unsafe send(end, text, text.count, Int32(MSG_NOSIGNAL))
        return end
    }
}
