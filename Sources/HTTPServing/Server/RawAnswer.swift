internal import CMicroHTTPD
internal import Glibc

/// An answer in the middle of a request's body, where libmicrohttpd takes none: it has sent nothing yet, so that ours may be
/// written past it. The connection ends afterwards.
enum RawAnswer {
    /// What does not fit into the socket's buffer at once is not sent.
    static func send(_ response: HTTPResponse, to descriptor: Int32) {
        var text = "HTTP/1.1 \(response.status) \(reason(response.status))\r\n"
        let own = [
            (name: "Content-Type", value: response.contentType),
            (name: "Content-Length", value: String(response.body.count)), (name: "Connection", value: "close"),
            (name: "Cache-Control", value: "no-store"),
        ]
        for header in own + response.headers { text += "\(header.name): \(header.value)\r\n" }
        let bytes = Array((text + "\r\n").utf8) + response.body
        _ = unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
    }

    private static func reason(_ status: Int) -> String {
        guard let text = unsafe MHD_get_reason_phrase_for(UInt32(status)) else { return "Refused" }
        return unsafe String(cString: text)
    }
}
