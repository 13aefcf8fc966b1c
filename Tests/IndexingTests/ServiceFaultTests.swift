import Glibc
import Testing

@testable import Indexing

@Suite struct ServiceFaultTests {
    private let url = SanitizedURL("http://host:6333/collections/a")

    @Test(arguments: [
        (200, "application/json", "{}", nil as ServiceFault.Kind?, ""),
        (200, "application/json; charset=utf-8", "[]", nil, ""),
        (200, "text/html", "<html>", .configuration, "an HTML page instead of JSON"),
        (200, "application/json-lines", "x", .configuration, "content type application/json-lines instead of JSON"),
        (200, "text/plain", "hello", .configuration, "content type text/plain instead of JSON"),
        (302, "text/html", "", .configuration, "redirected to https://login.example.com"),
        (400, "application/json", "{\"status\":{\"error\":\"bad\"}}", .poison, "bad"),
        (
            400, "application/json", "Vector dimension error: expected dim: 4, got 3", .configuration,
            "expected dim: 4, got 3"
        ),
        (401, "text/plain", "", .configuration, "the API key was refused"),
        (403, "text/plain", "Forbidden", .configuration, "the API key was refused"),
        (
            404, "application/json", "Not found: Collection `a` doesn't exist!", .configuration,
            "Collection `a` doesn't exist"
        ),
        (405, "text/plain", "", .configuration, "405"),
        (400, "text/html", "<html>The plain HTTP request was sent to HTTPS port", .configuration, "an HTML page"),
        (407, "text/html", "", .configuration, "the proxy wants a user"),
        (418, "application/json", "{}", .configuration, "418"),
        (451, "text/plain", "no", .configuration, "451"),
        (413, "text/html", "<html>", .poison, "a proxy bounds the size"),
        (408, "application/json", "{}", .transient, "timed out"),
        (413, "text/plain", "too large", .poison, "too large"),
        (422, "application/json", "`inputs` must have less than 5 tokens", .poison, "less than 5 tokens"),
        (424, "application/json", "{}", .suspect, "inference failed"),
        (429, "application/json", "{}", .overloaded(retryAfter: .seconds(3)), "too many requests"),
        (500, "application/json", "No space left on device", .transient, "No space left"),
        (502, "text/html", "<html>", .transient, "a proxy answered for a dead backend"),
        (503, "application/json", "{\"error\":\"unhealthy\"}", .transient, "unhealthy"),
        (504, "text/html", "", .transient, "a proxy answered for a dead backend"),
        (507, "application/json", "quota", .transient, "quota"),
    ])
    func `an answer's class and words`(
        status: Int, type: String, body: String, kind: ServiceFault.Kind?, words: String
    ) throws {
        let response = HTTPResponse(
            status: status,
            headers: [
                ("content-type", type), ("location", "https://me:secret@login.example.com/?token=secret"),
                ("retry-after", "3"),
            ], body: Array(body.utf8))
        let fault = ServiceFault.answer(.qdrant, response, from: url)
        #expect(fault?.kind == kind)
        guard let fault else { return }
        #expect(fault.reason.contains(words))
        #expect(!fault.description.contains("secret"))
        #expect(fault.status == status)
    }

    @Test func `a refused connection says what to do`() throws {
        let fault = try #require(ServiceFault.transport(.qdrant, .refused(url)))
        #expect(fault.reason == "connection refused (http://host:6333)")
        #expect(fault.remedy == "nothing listens there: start it or fix PULSE_QDRANT_URL")
        #expect(ServiceFault.transport(.tei, .refused(url))?.remedy?.contains("PULSE_TEI_URL") == true)
    }

    @Test(arguments: [
        (
            HTTPFailure.unreachable(SanitizedURL("http://h"), cause: "no route to host", errno: EHOSTUNREACH),
            ServiceFault.Kind.transient
        ),
        (.timedOut(.connect, SanitizedURL("http://h")), .transient),
        (.timedOut(.total, SanitizedURL("http://h")), .transient),
        (.nameNotResolved(SanitizedURL("http://h")), .transient), (.reset(SanitizedURL("http://h")), .transient),
        (.tls(SanitizedURL("http://h"), detail: "x"), .configuration),
        (.tooLarge(SanitizedURL("http://h"), limit: 1), .configuration),
        (.other(SanitizedURL("http://h"), detail: "x"), .configuration),
    ])
    func `each failure of transport has its class and a remedy`(failure: HTTPFailure, kind: ServiceFault.Kind) throws {
        let fault = try #require(ServiceFault.transport(.tei, failure))
        #expect(fault.kind == kind)
        #expect(fault.remedy != nil)
    }

    @Test func `a cancelled request is no fault of the service`() {
        #expect(ServiceFault.transport(.tei, .cancelled(url)) == nil)
    }
}
