import CCurl

/// One request on its way: its easy handle, its request body in memory that does not move, its answer so far.
///
/// Made anywhere, then used by the loop's thread alone.
@safe final class CurlTransfer: @unchecked Sendable {
    let id: UInt64
    let request: HTTPRequest
    private let complete: (Result<HTTPResponse, HTTPFailure>) -> Void
    private var easy: UnsafeMutableRawPointer?
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var requestBody: UnsafeMutableBufferPointer<UInt8>?
    private var answer = AnswerBuffer()

    init(
        id: UInt64, request: HTTPRequest, complete: @escaping @Sendable (Result<HTTPResponse, HTTPFailure>) -> Void
    ) {
        self.id = id
        self.request = request
        self.complete = complete
        answer.limit = request.responseLimit
        answer.onPiece = request.onPiece
    }

    deinit { release() }

    /// - Returns: false when the transfer could not begin; it has been completed with the reason.
    func begin(on multi: UnsafeMutableRawPointer?, proxy: String) -> Bool {
        guard let handle = unsafe curl_easy_init() else {
            refuse("no memory for a request")
            return false
        }
        unsafe easy = handle
        unsafe configure(handle, proxy: proxy)
        guard unsafe curl_multi_add_handle(multi, handle) == CURLM_OK else {
            release()
            refuse("the request could not be started")
            return false
        }
        return true
    }

    func refuse(_ reason: String) { complete(.failure(.other(request.address, detail: reason))) }

    func cancel(on multi: UnsafeMutableRawPointer?) {
        unsafe detach(from: multi)
        complete(.failure(.cancelled(request.address)))
    }

    func finish(_ code: CURLcode, on multi: UnsafeMutableRawPointer?) {
        let result: Result<HTTPResponse, HTTPFailure> =
            code == CURLE_OK ? .success(response()) : .failure(unsafe CurlFailure.read(code, easy, request, answer))
        unsafe detach(from: multi)
        complete(result)
    }

    /// The transfer's number, kept in the handle.
    static func id(of handle: UnsafeMutableRawPointer) -> UInt64? {
        var context: UnsafeMutableRawPointer?
        unsafe pulse_curl_get_pointer(handle, CURLINFO_PRIVATE, &context)
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue().id
    }

    private func response() -> HTTPResponse {
        var status = 0
        unsafe pulse_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        return HTTPResponse(status: status, headers: answer.headers, body: answer.body)
    }

    private func configure(_ handle: UnsafeMutableRawPointer, proxy: String) {
        let me = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe pulse_curl_set_pointer(handle, CURLOPT_PRIVATE, me)
        unsafe pulse_curl_set_string(handle, CURLOPT_URL, request.url)
        unsafe pulse_curl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        unsafe pulse_curl_set_string(handle, CURLOPT_PROXY, proxy)
        if let socket = request.unixSocket { unsafe pulse_curl_set_string(handle, CURLOPT_UNIX_SOCKET_PATH, socket) }
        unsafe pulse_curl_set_string(handle, CURLOPT_USERAGENT, "pulse")
        unsafe pulse_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        // A name server that does not answer must not hold up the thread when the transfer is given up.
        unsafe pulse_curl_set_long(handle, CURLOPT_QUICK_EXIT, 1)
        unsafe pulse_curl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
        unsafe pulse_curl_set_long(handle, CURLOPT_TCP_NODELAY, 1)
        unsafe pulse_curl_set_long(handle, CURLOPT_MAXAGE_CONN, 4)
        unsafe pulse_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(request.connectTimeout))
        unsafe pulse_curl_set_long(handle, CURLOPT_TIMEOUT_MS, Self.milliseconds(request.deadline))
        unsafe pulse_curl_set_string(handle, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        if request.method != .get { unsafe setBody(handle) }
        // Without the empty Expect, curl waits a second for "100 Continue" before every body above 1 MiB.
        for header in request.headers + ["Expect:"] { unsafe headerList = curl_slist_append(headerList, header) }
        unsafe pulse_curl_set_pointer(handle, CURLOPT_HTTPHEADER, headerList)
        unsafe pulse_curl_set_pointer(handle, CURLOPT_WRITEDATA, me)
        unsafe pulse_curl_set_pointer(handle, CURLOPT_HEADERDATA, me)
        unsafe pulse_curl_set_writer(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            unsafe CurlTransfer.received(bytes, size * count, context) { unsafe $0.appendBody($1) }
        }
        unsafe pulse_curl_set_writer(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            unsafe CurlTransfer.received(bytes, size * count, context) { unsafe $0.appendHeader($1) }
        }
    }

    private func setBody(_ handle: UnsafeMutableRawPointer) {
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, request.body.count))
        _ = unsafe copy.initialize(from: request.body)
        unsafe requestBody = copy
        unsafe pulse_curl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
        unsafe pulse_curl_set_pointer(handle, CURLOPT_POSTFIELDS, copy.baseAddress)
    }

    /// - Returns: what curl takes for "go on" (all bytes) or "stop" (none).
    private static func received(
        _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
        _ append: (inout AnswerBuffer, UnsafeRawBufferPointer) -> Bool
    ) -> Int {
        guard let context = unsafe context else { return 0 }
        let transfer = unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
        let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
        return unsafe append(&transfer.answer, buffer) ? count : 0
    }

    private func detach(from multi: UnsafeMutableRawPointer?) {
        unsafe curl_multi_remove_handle(multi, easy)
        release()
    }

    private func release() {
        unsafe curl_easy_cleanup(easy)
        unsafe curl_slist_free_all(headerList)
        unsafe requestBody?.deallocate()
        unsafe (easy, headerList, requestBody) = (nil, nil, nil)
    }

    /// At least one: zero means "no limit" to curl.
    private static func milliseconds(_ duration: Duration) -> Int {
        max(1, Int(duration.components.seconds) * 1000 + Int(duration.components.attoseconds / 1_000_000_000_000_000))
    }
}
