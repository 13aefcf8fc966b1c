internal import CMicroHTTPD

/// One request while it comes in.
final class HTTPExchange {
    private var body: [UInt8] = []
    private var isTooLarge = false
    private var isAnswered = false

    /// One call of libmicrohttpd: headers complete (`isFirst`), a piece of the body, or the end.
    func proceed(
        _ call: borrowing HTTPCall, isFirst: Bool, limit: Int, respond: (HTTPRequest) -> HTTPResponse
    ) -> MHD_Result {
        if isAnswered { return pulse_http_yes }
        if isFirst {
            guard call.announcedLength <= limit else { return answer(call, HTTPResponse.tooLarge) }
            return pulse_http_yes
        }
        let piece = call.takePiece()
        if !piece.isEmpty {
            isTooLarge = isTooLarge || body.count + piece.count > limit
            if !isTooLarge { body += piece }
            return pulse_http_yes
        }
        if isTooLarge { return answer(call, HTTPResponse.tooLarge) }
        return answer(call, respond(call.request(body: body)))
    }

    private func answer(_ call: borrowing HTTPCall, _ response: HTTPResponse) -> MHD_Result {
        isAnswered = true
        return call.queue(response)
    }
}

extension HTTPResponse {
    fileprivate static let tooLarge = HTTPResponse.error(413, "the request body is too large")
}

/// The arguments of one callback, wrapped so that only this file touches their pointers.
@safe struct HTTPCall: ~Copyable {
    private let connection: OpaquePointer
    private let url: UnsafePointer<CChar>
    private let method: UnsafePointer<CChar>
    private let upload: UnsafePointer<CChar>?
    private let uploadSize: UnsafeMutablePointer<Int>
    private let peerUser: UInt32?

    init(
        connection: OpaquePointer, url: UnsafePointer<CChar>, method: UnsafePointer<CChar>,
        upload: UnsafePointer<CChar>?, uploadSize: UnsafeMutablePointer<Int>, peerUser: UInt32?
    ) {
        unsafe self.connection = connection
        unsafe self.url = url
        unsafe self.method = method
        unsafe self.upload = upload
        unsafe self.uploadSize = uploadSize
        self.peerUser = peerUser
    }

    var announcedLength: Int {
        guard let text = unsafe pulse_http_header(connection, "Content-Length") else {
            return 0
        }
        return unsafe Int(String(cString: text)) ?? 0
    }

    func takePiece() -> [UInt8] {
        guard unsafe uploadSize.pointee > 0, let upload = unsafe upload else { return [] }
        let piece = unsafe UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee)
        unsafe uploadSize.pointee = 0
        return unsafe Array(piece)
    }

    func request(body: [UInt8]) -> HTTPRequest {
        unsafe HTTPRequest(
            method: String(cString: method), path: String(cString: url), body: body, peerUser: peerUser)
    }

    func queue(_ response: HTTPResponse) -> MHD_Result {
        var body = response.body
        let made = unsafe pulse_http_response(&body, body.count)
        guard let made = unsafe made else { return pulse_http_no }
        defer { unsafe MHD_destroy_response(made) }
        unsafe MHD_add_response_header(made, "Content-Type", response.contentType)
        // One request per connection: the deadline then bounds the whole connection.
        unsafe MHD_add_response_header(made, "Connection", "close")
        unsafe MHD_add_response_header(made, "Cache-Control", "no-store")
        for header in response.headers { unsafe MHD_add_response_header(made, header.name, header.value) }
        return unsafe MHD_queue_response(connection, UInt32(response.status), made)
    }
}
