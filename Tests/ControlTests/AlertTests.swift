import Testing

@testable import pulsectl

@Suite struct `What an alert says and hears` {
    @Test func `one line says where, what and what to do`() {
        let line = AlertText.line(
            host: "web1", summary: "degraded: tei HTTP 502 (https://tei.example)", health: "degraded",
            previous: "healthy",
            remedies: [(service: "tei", remedy: "start TEI")])
        #expect(
            line == "Pulse on web1: degraded: tei HTTP 502 (https://tei.example) (was healthy); tei: start TEI")
        let again = AlertText.line(
            host: "h", summary: "healthy: 1/1", health: "healthy", previous: "healthy", remedies: [])
        #expect(again == "Pulse on h: healthy: 1/1")
    }

    @Test func `it fits every chat, and is markup and a call to none`() {
        let line = AlertText.line(
            host: "h", summary: "<!channel> @everyone\n" + String(repeating: "x", count: 5000), health: "degraded",
            previous: nil, remedies: [])
        #expect(line.unicodeScalars.count == 1900)
        #expect(!line.contains { "<>@\n".contains($0) })
    }

    @Test(arguments: 100..<600) func `only 408, 429 and 5xx are asked again`(status: Int) {
        switch WebhookAnswer(status: status, body: [], address: "https://h/k") {
        case .told: #expect((200..<300).contains(status))
        case .again: #expect(status == 408 || status == 429 || status >= 500)
        case .refused(let cause, let remedy):
            #expect(!(200..<300).contains(status) && status != 408 && status != 429 && status < 500)
            #expect(cause == "HTTP \(status)" && !remedy.isEmpty)
        }
    }

    @Test(arguments: [
        ("invalid_payload", true), ("no such channel", true), ("", false), ("<html>no such key</html>", false),
        ("token ABC", false), ("secretpath", false), (String(repeating: "a", count: 61), false),
    ])
    func `an answer's words are shown where they can hold no key`(body: String, isShown: Bool) {
        let answer = WebhookAnswer(status: 403, body: Array(body.utf8), address: "https://h/secretpath")
        guard case .refused(let cause, _) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(cause == (isShown ? "HTTP 403: \(body)" : "HTTP 403"))
    }
}
