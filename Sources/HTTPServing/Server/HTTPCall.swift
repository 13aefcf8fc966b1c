internal import CMicroHTTPD

/// The arguments of one callback, wrapped so that only this file touches their pointers.
@safe struct HTTPCall: ~Copyable {
    private let connection: OpaquePointer
    private let url: UnsafePointer<CChar>
    private let method: UnsafePointer<CChar>
    private let httpVersion: UnsafePointer<CChar>
    private let upload: UnsafePointer<CChar>?
    private let uploadSize: UnsafeMutablePointer<Int>

    init(
        connection: OpaquePointer, url: UnsafePointer<CChar>, method: UnsafePointer<CChar>,
        version: UnsafePointer<CChar>, upload: UnsafePointer<CChar>?, uploadSize: UnsafeMutablePointer<Int>
    ) {
        unsafe self.connection = connection
        unsafe self.url = url
        unsafe self.method = method
        unsafe httpVersion = version
        unsafe self.upload = upload
        unsafe self.uploadSize = uploadSize
    }

    /// "HTTP/1.1"
    var version: String { unsafe String(cString: httpVersion) }

    /// Bytes of the request line and the headers.
    var headSize: Int { unsafe pulse_http_head_size(connection) }

    func takePiece() -> [UInt8] {
        guard unsafe uploadSize.pointee > 0, let upload = unsafe upload else { return [] }
        let piece = unsafe UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee)
        unsafe uploadSize.pointee = 0
        return unsafe Array(piece)
    }

    /// The request without its body.
    func head(from peer: HTTPPeer) -> HTTPRequest {
        unsafe HTTPRequest(
            method: String(cString: method), path: HTTPRequest.path(of: String(cString: url)), query: query(),
            headers: headers(),
            peerUser: peer.user, peerAddress: peer.address)
    }

    private func headers() -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        unsafe withUnsafeMutablePointer(to: &headers) { headers in
            unsafe pulse_http_headers(
                connection,
                { context, _, name, nameSize, value, valueSize in
                    guard let context = unsafe context, let name = unsafe name else { return pulse_http_yes }
                    let headers = unsafe context.assumingMemoryBound(to: [(name: String, value: String)].self)
                    // By size: a NUL must not hide what follows it.
                    let key = unsafe UnsafeRawBufferPointer(start: name, count: nameSize)
                    let text = unsafe UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : valueSize)
                    unsafe headers.pointee.append(
                        (name: String(decoding: key, as: UTF8.self), value: String(decoding: text, as: UTF8.self)))
                    return pulse_http_yes
                }, headers)
        }
        return headers
    }

    private func query() -> [String: String] {
        var arguments: [String: String] = [:]
        unsafe withUnsafeMutablePointer(to: &arguments) { arguments in
            unsafe pulse_http_query(
                connection,
                { context, _, name, value in
                    guard let context = unsafe context, let name = unsafe name else { return pulse_http_yes }
                    let arguments = unsafe context.assumingMemoryBound(to: [String: String].self)
                    let key = unsafe String(cString: name)
                    // No name that anybody asks for is another.
                    guard key.isASCII else { return pulse_http_yes }
                    unsafe arguments.pointee[key] = value.map { unsafe String(cString: $0) } ?? ""
                    return pulse_http_yes
                }, arguments)
        }
        return arguments
    }

    /// - Parameter closes: whether the connection ends with this answer.
    func queue(_ response: HTTPResponse, closes: Bool) -> MHD_Result {
        var body = response.body
        guard let made = unsafe pulse_http_response(&body, body.count) else { return pulse_http_no }
        return unsafe queue(made, response.status, response.contentType, response.headers, closes: closes)
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
        return unsafe queue(made, 200, stream.contentType, [], closes: true)
    }

    private func queue(
        _ made: OpaquePointer, _ status: Int, _ contentType: String, _ headers: [(name: String, value: String)],
        closes: Bool
    ) -> MHD_Result {
        defer { unsafe MHD_destroy_response(made) }
        if !contentType.isEmpty { unsafe MHD_add_response_header(made, "Content-Type", contentType) }
        if closes { unsafe MHD_add_response_header(made, "Connection", "close") }
        if !headers.contains(where: { HeaderName.equal($0.name, "Cache-Control") }) {
            unsafe MHD_add_response_header(made, "Cache-Control", "no-store")
        }
        for header in headers { unsafe MHD_add_response_header(made, header.name, header.value) }
        return unsafe MHD_queue_response(connection, UInt32(status), made)
    }
}
