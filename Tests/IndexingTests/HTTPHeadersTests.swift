import Synchronization
import Testing

@testable import Indexing

@Suite struct `An answer's headers` {
    @Test func `are found whatever their case, the last of a name, without blanks around the value`() {
        let headers = buffer([
            "HTTP/1.1 200 OK", "Content-Type:application/json", "X-A: 1", "x-a:\t 2 3 \t", "Empty:", "no colon",
            "X-AB: 4",
        ]).headers
        #expect(headers.value(of: "content-type") == "application/json")
        #expect(headers.value(of: "x-a") == "2 3")
        #expect(headers.value(of: "x-ab") == "4")
        #expect(headers.value(of: "empty") == "")
        #expect(headers.value(of: "no colon") == nil)
        #expect(headers.value(of: "x") == nil)
        #expect(HTTPHeaders().value(of: "x") == nil)
    }

    @Test func `of an interim answer are forgotten`() {
        let headers = buffer(["HTTP/1.1 103 Early Hints", "Link: x", "", "HTTP/1.1 200 OK", "A: b", ""]).headers
        #expect(headers.value(of: "link") == nil)
        #expect(headers.value(of: "a") == "b")
    }

    @Test func `are bounded, interim answers' with them`() {
        var buffer = AnswerBuffer()
        var taken = 0
        while append("HTTP/1.1 103 Early Hints\r\n", to: &buffer), taken < 10_000 { taken += 1 }
        #expect(buffer.isTooLarge)
        #expect(taken == AnswerBuffer.headerLimit / 26)
    }

    @Test(arguments: [("HTTP/1.1 200 OK", true), ("HTTP/2 204", true), ("HTTP/1.1 500 No", false), ("HTTP/1.1", false)])
    func `say whether a body is handed on in pieces`(status: String, isHandedOn: Bool) {
        let pieces = Pieces()
        var buffer = AnswerBuffer()
        buffer.limit = 10
        buffer.onPiece = { _ in pieces.wasGiven() }
        _ = append(status + "\r\n", to: &buffer)
        _ = unsafe [UInt8(1)].withUnsafeBytes { unsafe buffer.appendBody($0) }
        #expect(buffer.body.isEmpty == isHandedOn)
        #expect((pieces.count == 1) == isHandedOn)
    }

    @Test(arguments: ["5", "99999999999999999999", "-1", "x", "4611686018427387904"])
    func `that announce a wrong length change nothing`(length: String) {
        var buffer = buffer(["HTTP/1.1 200 OK", "Content-Length: \(length)"])
        buffer.limit = 8
        for _ in 0..<2 {
            #expect(unsafe [UInt8](repeating: 1, count: 4).withUnsafeBytes { unsafe buffer.appendBody($0) })
        }
        #expect(buffer.body.count == 8 && buffer.body.capacity < 1000)
        #expect(!(unsafe [UInt8(1)].withUnsafeBytes { unsafe buffer.appendBody($0) }))
        #expect(buffer.isTooLarge)
    }

    private func buffer(_ lines: [String]) -> AnswerBuffer {
        var buffer = AnswerBuffer()
        for line in lines { _ = append(line + "\r\n", to: &buffer) }
        return buffer
    }

    private func append(_ line: String, to buffer: inout AnswerBuffer) -> Bool {
        unsafe Array(line.utf8).withUnsafeBytes { unsafe buffer.appendHeader($0) }
    }
}

private final class Pieces: Sendable {
    private let given = Mutex(0)
    var count: Int { given.withLock { $0 } }
    func wasGiven() { given.withLock { $0 += 1 } }
}
