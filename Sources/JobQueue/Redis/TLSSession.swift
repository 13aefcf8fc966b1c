internal import COpenSSL

/// The client's end of a TLS connection. OpenSSL reads and writes memory only; the socket stays ours, with its limits and
/// without SIGPIPE.
@safe final class TLSSession {
    private let session: OpaquePointer
    /// Owned by the session.
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    private let socket: StreamSocket
    private var encrypted = [UInt8](repeating: 0, count: 18 << 10)

    /// Shakes hands and checks the server's certificate.
    init(over socket: StreamSocket, host: String, _ options: TLSOptions, until limit: TimeLimit) throws(RedisError
        .Cause)
    {
        self.socket = socket
        let context = try TLSContext(options)
        guard let fresh = unsafe SSL_new(context.context), let input = unsafe BIO_new(BIO_s_mem()),
            let output = unsafe BIO_new(BIO_s_mem())
        else { throw .encryption("no memory for a session") }
        (unsafe session, unsafe incoming, unsafe outgoing) = unsafe (fresh, input, output)
        unsafe SSL_set_bio(session, incoming, outgoing)
        unsafe SSL_set_connect_state(session)
        guard nameHost(host, options) else {
            throw .encryption("the host \(host) cannot be checked: \(TLSContext.lastError)")
        }
        while true {
            ERR_clear_error()
            let result = unsafe SSL_do_handshake(session)
            // An alert of ours is the other side's only explanation.
            do throws(RedisError.Cause) { try flush(until: limit) } catch { if result == 1 { throw error } }
            if result == 1 { return }
            guard unsafe SSL_get_error(session, result) == SSL_ERROR_WANT_READ else { throw failure() }
            do throws(RedisError.Cause) {
                guard try feed(until: limit) else { throw .reset }
            } catch {
                // A Redis without TLS takes a handshake for the beginning of a line, and waits for the rest.
                throw .encryption("in the handshake: \(error.reason)")
            }
        }
    }

    deinit { unsafe SSL_free(session) }

    /// The server's, once hands are shaken.
    var certificate: ServerCertificate? {
        guard let shown = unsafe SSL_get1_peer_certificate(session) else { return nil }
        defer { unsafe X509_free(shown) }
        var (days, seconds): (Int32, Int32) = (0, 0)
        guard let end = unsafe X509_get0_notAfter(shown), unsafe ASN1_TIME_diff(&days, &seconds, nil, end) == 1 else {
            return nil
        }
        return ServerCertificate(secondsLeft: Int(days) * 86_400 + Int(seconds))
    }

    func send(_ bytes: [UInt8], until limit: TimeLimit) throws(RedisError.Cause) {
        guard !bytes.isEmpty else { return }
        ERR_clear_error()
        let result = unsafe bytes.withUnsafeBytes { raw in
            unsafe SSL_write(session, raw.baseAddress, Int32(clamping: raw.count))
        }
        // Memory takes everything at once.
        guard result == bytes.count else { throw failure() }
        try flush(until: limit)
    }

    /// Reads what is there, waiting for at least one byte; 0 = the other side is done.
    func receive(into buffer: inout [UInt8], until limit: TimeLimit) throws(RedisError.Cause) -> Int {
        while true {
            ERR_clear_error()
            let count = unsafe buffer.withUnsafeMutableBytes { raw in
                unsafe SSL_read(session, raw.baseAddress, Int32(clamping: raw.count))
            }
            if count > 0 { return Int(count) }
            switch unsafe SSL_get_error(session, count) {
            case SSL_ERROR_WANT_READ:
                // A key update of the other side may ask for an answer.
                try flush(until: limit)
                guard try feed(until: limit) else { return 0 }
            case SSL_ERROR_ZERO_RETURN: return 0
            default: throw failure()
            }
        }
    }

    /// An address is checked against the certificate's addresses; a name is also sent ahead, so that a proxy knows whose
    /// certificate to show.
    private func nameHost(_ host: String, _ options: TLSOptions) -> Bool {
        let isAddress = unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host) == 1
        if !isAddress, unsafe pulse_tls_server_name(session, host) != 1 { return false }
        guard options.verifiesHost else {
            return unsafe X509_VERIFY_PARAM_set1_ip(SSL_get0_param(session), nil, 0) == 1
        }
        return unsafe isAddress || SSL_set1_host(session, host) == 1
    }

    private func flush(until limit: TimeLimit) throws(RedisError.Cause) {
        while true {
            let count = unsafe encrypted.withUnsafeMutableBytes { raw in
                unsafe BIO_read(outgoing, raw.baseAddress, Int32(raw.count))
            }
            guard count > 0 else { return }
            try socket.send(Array(encrypted[..<Int(count)]), until: limit)
        }
    }

    private func feed(until limit: TimeLimit) throws(RedisError.Cause) -> Bool {
        let count = try socket.receive(into: &encrypted, until: limit)
        guard count > 0 else { return false }
        let taken = unsafe encrypted.withUnsafeBytes { raw in unsafe BIO_write(incoming, raw.baseAddress, Int32(count))
        }
        guard taken == count else { throw .encryption("no memory for what came in") }
        return true
    }

    private func failure() -> RedisError.Cause {
        let verdict = unsafe SSL_get_verify_result(session)
        if verdict != X509_V_OK, let words = unsafe X509_verify_cert_error_string(verdict) {
            return .encryption("the server's certificate: \(unsafe String(cString: words))")
        }
        return .encryption(TLSContext.lastError)
    }
}
