import CCurl

/// An easy handle: what all requests have in common is set once, and the buffers that curl allots to it stay.
///
/// Used by the loop's thread alone, for one transfer at a time.
@safe final class CurlHandle {
    let easy: UnsafeMutableRawPointer
    private var headers: UnsafeMutablePointer<curl_slist>?

    /// - Returns: nil without memory for it.
    init?(proxy: String) {
        guard let fresh = unsafe curl_easy_init() else { return nil }
        unsafe easy = fresh
        unsafe pulse_curl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        unsafe pulse_curl_set_string(easy, CURLOPT_PROXY, proxy)
        // Else NO_PROXY of the environment would be obeyed, whatever the settings say.
        unsafe pulse_curl_set_string(easy, CURLOPT_NOPROXY, "")
        // One broken stream of HTTP/2 would be told as something that does not speak HTTP, and a drained connection too; TEI
        // itself speaks nothing newer.
        unsafe pulse_curl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        unsafe pulse_curl_set_string(easy, CURLOPT_USERAGENT, "pulse")
        unsafe pulse_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        // A name server that does not answer must not hold up the thread when the transfer is given up.
        unsafe pulse_curl_set_long(easy, CURLOPT_QUICK_EXIT, 1)
        unsafe pulse_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        unsafe pulse_curl_set_long(easy, CURLOPT_TCP_NODELAY, 1)
        unsafe pulse_curl_set_long(easy, CURLOPT_MAXAGE_CONN, 4)
        // A write that the network holds back must not be delivered once others may have taken the document over: a worker
        // that is cut off begins none after 10 s (SignOfLife), and 15 s are over before anybody takes over.
        unsafe pulse_curl_bound_delivery(easy, 5_000)
        // Bodies are some hundred kilobytes: read and written with few system calls.
        unsafe pulse_curl_set_long(easy, CURLOPT_BUFFERSIZE, 256 << 10)
        unsafe pulse_curl_set_long(easy, CURLOPT_UPLOAD_BUFFERSIZE, 256 << 10)
        unsafe pulse_curl_set_data(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            unsafe CurlTransfer.from(context)?.receivedBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
                ?? 0
        }
        unsafe pulse_curl_set_data(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            unsafe CurlTransfer.from(context)?.receivedHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
                ?? 0
        }
        unsafe pulse_curl_set_data(easy, CURLOPT_READFUNCTION) { room, size, count, context in
            unsafe CurlTransfer.from(context)?.send(
                into: UnsafeMutableRawBufferPointer(start: room, count: size * count)) ?? Int(CURL_READFUNC_ABORT)
        }
        unsafe pulse_curl_set_seeker(easy, CURLOPT_SEEKFUNCTION) { context, offset, origin in
            unsafe CurlTransfer.from(context)?.sendAgain(from: offset, origin) ?? CURL_SEEKFUNC_FAIL
        }
    }

    deinit {
        unsafe curl_easy_cleanup(easy)
        unsafe curl_slist_free_all(headers)
    }

    /// Sets everything that differs from request to request.
    ///
    /// - Parameter transfer: must live until the handle has left the multi handle.
    func prepare(for request: HTTPRequest, _ transfer: CurlTransfer) {
        let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
        for option in [CURLOPT_PRIVATE, CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA] {
            unsafe pulse_curl_set_pointer(easy, option, context)
        }
        unsafe pulse_curl_set_string(easy, CURLOPT_URL, request.url)
        unsafe pulse_curl_set_string(easy, CURLOPT_UNIX_SOCKET_PATH, request.unixSocket)
        unsafe pulse_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(request.connectTimeout))
        unsafe pulse_curl_set_long(easy, CURLOPT_TIMEOUT_MS, Self.milliseconds(request.deadline))
        unsafe pulse_curl_set_long(easy, request.method == .get ? CURLOPT_HTTPGET : CURLOPT_POST, 1)
        unsafe pulse_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
        unsafe pulse_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        unsafe curl_slist_free_all(headers)
        unsafe headers = nil
        // Without the empty Expect, curl waits a second for "100 Continue" before every body above 1 MiB.
        for header in request.headers + ["Expect:"] { unsafe headers = curl_slist_append(headers, header) }
        unsafe pulse_curl_set_pointer(easy, CURLOPT_HTTPHEADER, headers)
    }

    /// At least one: zero means "no limit" to curl.
    private static func milliseconds(_ duration: Duration) -> Int {
        max(1, Int(duration.components.seconds) * 1000 + Int(duration.components.attoseconds / 1_000_000_000_000_000))
    }
}
