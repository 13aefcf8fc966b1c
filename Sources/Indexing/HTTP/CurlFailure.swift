import CCurl
import COpenSSL
import Glibc

/// Curl's result codes in our words.
enum CurlFailure {
    static func read(
        _ code: CURLcode, _ easy: UnsafeMutableRawPointer?, _ request: HTTPRequest, _ answer: AnswerBuffer
    ) -> HTTPFailure {
        let address = request.address
        if answer.isTooLarge { return .tooLarge(address, limit: request.responseLimit) }
        switch code {
        case CURLE_COULDNT_CONNECT:
            let number = unsafe systemError(easy)
            if number == Int(ECONNREFUSED) || number == 0 { return .refused(address) }
            return .unreachable(address, cause: errorText(Int32(number)), errno: Int32(number))
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .nameNotResolved(address)
        case CURLE_OPERATION_TIMEDOUT:
            // Zero until the connection stands and the request may be sent.
            var sendable: curl_off_t = 0
            unsafe pulse_curl_get_offset(easy, CURLINFO_PRETRANSFER_TIME_T, &sendable)
            var resolved: curl_off_t = 0
            unsafe pulse_curl_get_offset(easy, CURLINFO_NAMELOOKUP_TIME_T, &resolved)
            if resolved == 0 && sendable == 0 { return .nameNotResolved(address) }
            return .timedOut(sendable == 0 ? .connect : .total, address)
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE: return .reset(address)
        // A server that is being restarted, in the middle of a handshake.
        case CURLE_SSL_CONNECT_ERROR where [Int(ECONNRESET), Int(EPIPE)].contains(unsafe systemError(easy)):
            return .reset(address)
        case CURLE_PEER_FAILED_VERIFICATION: return .tls(address, detail: unsafe verdict(easy) ?? text(code))
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            return .tls(address, detail: text(code))
        default: return .other(address, detail: text(code))
        }
    }

    /// errno of the last call that failed; 0 = none did.
    static func systemError(_ easy: UnsafeMutableRawPointer?) -> Int {
        var number = 0
        unsafe pulse_curl_get_long(easy, CURLINFO_OS_ERRNO, &number)
        return number
    }

    /// What OpenSSL has against the certificate; curl's own words tell an expired one from no other.
    private static func verdict(_ easy: UnsafeMutableRawPointer?) -> String? {
        var result = 0
        unsafe pulse_curl_get_long(easy, CURLINFO_SSL_VERIFYRESULT, &result)
        guard result != Int(X509_V_OK), let words = unsafe X509_verify_cert_error_string(result) else { return nil }
        return unsafe String(cString: words)
    }

    private static func text(_ code: CURLcode) -> String {
        unsafe String(cString: curl_easy_strerror(code))
    }

    private static func errorText(_ number: Int32) -> String {
        unsafe String(cString: strerror(number)).lowercased()
    }
}
