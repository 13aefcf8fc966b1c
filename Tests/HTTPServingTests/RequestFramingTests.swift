import Testing

@testable import HTTPServing

@Suite struct `Where a request ends` {
    private func fault(
        _ headers: [(name: String, value: String)], version: String = "HTTP/1.1", method: String = "GET",
        target: String = "/", headSize: Int = 100
    ) -> RequestFault? {
        RequestFraming.fault(
            version: version, method: method, target: target, headers: headers, headSize: headSize, headLimit: 1_000)
    }

    private let host = (name: "Host", value: "x")

    @Test func `one length, or chunks, or nothing`() {
        #expect(fault([host]) == nil)
        #expect(fault([host, ("content-length", "0")]) == nil)
        #expect(fault([host, ("Content-Length", "123456789012345678")]) == nil)
        #expect(fault([host, ("transfer-ENCODING", "Chunked")]) == nil)
        #expect(fault([], version: "HTTP/1.0") == nil)
    }

    @Test(arguments: [
        [("Content-Length", "4"), ("Transfer-Encoding", "chunked")],
        [("content-length", "4"), ("CONTENT-LENGTH", "4")],
        [("Content-Length", "4"), ("Content-Length", "5")], [("Content-Length", "4, 4")], [("Content-Length", "+4")],
        [("Content-Length", "-1")], [("Content-Length", "0x4")], [("Content-Length", "")], [("Content-Length", "4 ")],
        [("Content-Length", "1234567890123456789")], [("Transfer-Encoding", "identity")],
        [("Transfer-Encoding", "gzip, chunked")], [("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")],
        [("Transfer-Encoding", "chunked ")], [("Transfer-Encoding", "")], [("Transfer_Encoding ", "chunked")],
        [("X\u{0}", "1")], [("X", "a\u{0}b")], [("X", "a\rb")], [("X", "a\u{7f}")], [("X Y", "1")], [("Host", "y")],
    ])
    func `anything else is refused`(headers: [(String, String)]) {
        #expect(fault([host] + headers.map { (name: $0.0, value: $0.1) })?.status == 400)
    }

    @Test func `chunks need HTTP 1.1, and HTTP 1.1 needs a host`() {
        #expect(fault([host, ("Transfer-Encoding", "chunked")], version: "HTTP/1.0")?.status == 400)
        #expect(fault([])?.status == 400)
    }

    @Test func `a path or query does not end early`() {
        for target in ["/a%00b", "/a b", "/a\tb", "/ HTTP/1.1", "/a\u{7f}", "/é"] {
            #expect(fault([host], target: target)?.status == 400)
        }
        #expect(fault([host], target: "/a%0ab?c=%20") == nil)
    }

    @Test(arguments: [
        ("/a", "/a"), ("http://h/a/b", "/a/b"), ("https://h:1", "/"), ("/http://h/a", "/http://h/a"),
        ("httpx://h/a", "httpx://h/a"),
    ])
    func `a whole URL stands for its path`(target: String, path: String) {
        #expect(HTTPRequest.path(of: target) == path)
    }

    @Test(arguments: ["", "GÉT", "G\u{316}\u{301}", String(repeating: "A", count: 33), "G(T"])
    func `a method is a short word`(method: String) {
        #expect(fault([host], method: method)?.status == 400)
        #expect(fault([host], method: "M-SEARCH") == nil)
    }

    @Test func `headers have a size and a number`() {
        #expect(fault([host], headSize: 1_001)?.status == 431)
        #expect(fault([host] + (0..<99).map { (name: "X\($0)", value: "") }) == nil)
        #expect(fault([host] + (0..<100).map { (name: "X\($0)", value: "") })?.status == 431)
    }

    @Test func `headers are found however they are spelt`() {
        let request = HTTPRequest(method: "GET", path: "/", headers: [("X-a", "1"), ("x-A", "2"), ("Xa", "3")])
        #expect(request.header("X-A") == "1" && request.headers("x-a") == ["1", "2"] && request.header("b") == nil)
    }
}
