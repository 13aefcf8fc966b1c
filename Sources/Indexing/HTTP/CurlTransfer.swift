import CCurl

/// One request on its way: how much of its body is sent, its answer so far.
///
/// Made anywhere, then used by the loop's thread alone.
@safe final class CurlTransfer: @unchecked Sendable {
    let id: UInt64
    let request: HTTPRequest
    private let complete: (Result<HTTPResponse, HTTPFailure>) -> Void
    private var handle: CurlHandle?
    private var answer = AnswerBuffer()
    private var sent = 0

    init(
        id: UInt64, request: HTTPRequest, complete: @escaping @Sendable (Result<HTTPResponse, HTTPFailure>) -> Void
    ) {
        self.id = id
        self.request = request
        self.complete = complete
        answer.limit = request.responseLimit
        answer.onPiece = request.onPiece
    }

    /// - Returns: false when the transfer could not begin; it has been completed with the reason.
    func begin(on multi: UnsafeMutableRawPointer?, _ handle: CurlHandle?) -> Bool {
        guard let handle else {
            refuse("no memory for a request")
            return false
        }
        handle.prepare(for: request, self)
        guard unsafe curl_multi_add_handle(multi, handle.easy) == CURLM_OK else {
            refuse("the request could not be started")
            return false
        }
        self.handle = handle
        return true
    }

    func refuse(_ reason: String) { complete(.failure(.other(request.address, detail: reason))) }

    func cancel(on multi: UnsafeMutableRawPointer?) {
        _ = unsafe detach(from: multi)
        complete(.failure(.cancelled(request.address)))
    }

    /// - Returns: the handle, free for another transfer; nil after a failure, which curl would remember the errno of.
    func finish(_ code: CURLcode, on multi: UnsafeMutableRawPointer?) -> CurlHandle? {
        let result: Result<HTTPResponse, HTTPFailure> =
            code == CURLE_OK
            ? .success(response()) : .failure(unsafe CurlFailure.read(code, handle?.easy, request, answer))
        // A kept connection that was closed meanwhile has cost an attempt that nobody hears of.
        let isClean = unsafe CurlFailure.systemError(handle?.easy) == 0
        let handle = unsafe detach(from: multi)
        complete(result)
        return code == CURLE_OK && isClean ? handle : nil
    }

    /// The transfer's number, kept in the handle.
    static func id(of easy: UnsafeMutableRawPointer) -> UInt64? {
        var context: UnsafeMutableRawPointer?
        unsafe pulse_curl_get_pointer(easy, CURLINFO_PRIVATE, &context)
        return unsafe from(context)?.id
    }

    private func response() -> HTTPResponse {
        var status = 0
        unsafe pulse_curl_get_long(handle?.easy, CURLINFO_RESPONSE_CODE, &status)
        return HTTPResponse(status: status, headers: answer.headers, body: answer.body)
    }

    private func detach(from multi: UnsafeMutableRawPointer?) -> CurlHandle? {
        defer { handle = nil }
        unsafe curl_multi_remove_handle(multi, handle?.easy)
        return handle
    }

    // MARK: Called by curl

    static func from(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
        unsafe context.map { unsafe Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// - Returns: what curl takes for "go on" (all bytes) or "stop" (none).
    func receivedBody(_ bytes: UnsafeRawBufferPointer) -> Int { unsafe answer.appendBody(bytes) ? bytes.count : 0 }
    func receivedHeader(_ line: UnsafeRawBufferPointer) -> Int { unsafe answer.appendHeader(line) ? line.count : 0 }

    /// - Returns: how many bytes were put there; none at the body's end.
    func send(into room: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(room.count, request.body.count - sent)
        unsafe request.body.withUnsafeBytes { body in
            unsafe room.copyMemory(from: UnsafeRawBufferPointer(rebasing: body[sent..<sent + count]))
        }
        sent += count
        return count
    }

    /// A kept connection may turn out to be closed when a part of the body is sent already: it is then sent anew.
    func sendAgain(from offset: curl_off_t, _ origin: CInt) -> CInt {
        guard origin == SEEK_SET, offset >= 0, offset <= request.body.count else { return CURL_SEEKFUNC_FAIL }
        sent = Int(offset)
        return CURL_SEEKFUNC_OK
    }
}
