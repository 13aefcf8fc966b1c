/// Why a request is refused before anybody reads what it wants.
struct RequestFault: Equatable {
    var status: Int
    var text: String
}

/// Where a request ends must be beyond doubt: a proxy before us that sees the end elsewhere would let a stranger's request
/// ride inside another's. libmicrohttpd 0.9.75 takes both lengths at once, or two of one kind, and goes by one of them.
enum RequestFraming {
    /// - Parameters:
    ///   - version: "HTTP/1.1"
    ///   - headSize: bytes of the request line and the headers.
    static func fault(
        version: String, method: String, target: String, headers: [(name: String, value: String)], headSize: Int,
        headLimit: Int
    ) -> RequestFault? {
        if headSize > headLimit || headers.count > mostHeaders {
            return RequestFault(
                status: 431, text: "the headers are too large: at most \(headLimit) bytes and \(mostHeaders) headers")
        }
        // libmicrohttpd takes any bytes up to the first blank.
        guard HeaderName.isToken(method), method.utf8.count <= longestMethod else { return bad("the method is none") }
        // libmicrohttpd ends it at the line's last blank, others at the first. RFC 9112 has ASCII there and nothing else; besides,
        // Swift compares other texts by their meaning, for which a long run of marks takes it seconds.
        if target.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) {
            return bad("the path or query holds a blank or another character that has to be percent-encoded")
        }
        if target.contains("%00") { return bad("the path or query holds a NUL character") }
        for header in headers where !HeaderName.isToken(header.name) || header.value.utf8.contains(where: isControl) {
            return bad("a header's name or value holds a character that it must not")
        }
        return length(version: version, headers) ?? host(version: version, headers)
    }

    private static let mostHeaders = 100
    private static let longestMethod = 32

    private static func length(version: String, _ headers: [(name: String, value: String)]) -> RequestFault? {
        let lengths = headers.filter { HeaderName.equal($0.name, "Content-Length") }.map(\.value)
        let encodings = headers.filter { HeaderName.equal($0.name, "Transfer-Encoding") }.map(\.value)
        if let encoding = encodings.first {
            if !lengths.isEmpty { return bad("both Content-Length and Transfer-Encoding are given") }
            if encodings.count > 1 || !HeaderName.equal(encoding, "chunked") {
                return bad("the only Transfer-Encoding taken is chunked, once")
            }
            if version != "HTTP/1.1" { return bad("Transfer-Encoding needs HTTP/1.1") }
        }
        if lengths.count > 1 { return bad("Content-Length is given more than once") }
        if let length = lengths.first, announcedLength(length) == nil {
            return bad("Content-Length is not a plain number of bytes")
        }
        return nil
    }

    private static func host(version: String, _ headers: [(name: String, value: String)]) -> RequestFault? {
        let hosts = headers.count { HeaderName.equal($0.name, "Host") }
        if hosts > 1 { return bad("Host is given more than once") }
        return hosts == 0 && version == "HTTP/1.1" ? bad("Host is missing") : nil
    }

    /// nil for what is no plain number.
    static func announcedLength(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 18, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    private static func bad(_ text: String) -> RequestFault { RequestFault(status: 400, text: text) }

    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != 0x09 || byte == 0x7F }
}
