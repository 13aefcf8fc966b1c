internal import CMicroHTTPD

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
            method: String(cString: method), path: String(cString: url), query: query(), body: body, peerUser: peerUser)
    }

    private func query() -> [String: String] {
        var arguments: [String: String] = [:]
        unsafe withUnsafeMutablePointer(to: &arguments) { arguments in
            unsafe pulse_http_query(
                connection,
                { context, _, name, value in
                    guard let context = unsafe context, let name = unsafe name else { return pulse_http_yes }
                    let arguments = unsafe context.assumingMemoryBound(to: [String: String].self)
                    let text = unsafe value.map { unsafe String(cString: $0) } ?? ""
                    unsafe arguments.pointee[String(cString: name)] = text
                    return pulse_http_yes
                }, arguments)
        }
        return arguments
    }

    func queue(_ response: HTTPResponse) -> MHD_Result {
        var body = response.body
        guard let made = unsafe pulse_http_response(&body, body.count) else { return pulse_http_no }
        return unsafe queue(made, response.status, response.contentType, response.headers)
    }

    /// - Parameter context: kept until the response is done with; `free` gives it back.
    func queue(
        _ stream: HTTPStream, context: UnsafeMutableRawPointer, read: MHD_ContentReaderCallback,
        free: MHD_ContentReaderFreeCallback
    ) -> MHD_Result {
        guard let made = unsafe pulse_http_stream(context, read, free) else {
            unsafe free(context)
            return pulse_http_no
        }
        return unsafe queue(made, 200, stream.contentType, [])
    }

    private func queue(
        _ made: OpaquePointer, _ status: Int, _ contentType: String, _ headers: [(name: String, value: String)]
    ) -> MHD_Result {
        defer { unsafe MHD_destroy_response(made) }
        unsafe MHD_add_response_header(made, "Content-Type", contentType)
        // One request per connection: the deadline then bounds the whole connection.
        unsafe MHD_add_response_header(made, "Connection", "close")
        unsafe MHD_add_response_header(made, "Cache-Control", "no-store")
        for header in headers { unsafe MHD_add_response_header(made, header.name, header.value) }
        return unsafe MHD_queue_response(connection, UInt32(status), made)
    }
}
