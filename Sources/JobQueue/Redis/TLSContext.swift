internal import COpenSSL
internal import Glibc

/// Whom to believe and what to show, read anew for each connection: certificates are renewed while we run.
@safe final class TLSContext {
    let context: OpaquePointer

    init(_ options: TLSOptions) throws(RedisError.Cause) {
        ERR_clear_error()
        guard let fresh = unsafe SSL_CTX_new(TLS_client_method()) else { throw .encryption(Self.lastError) }
        unsafe context = fresh
        guard unsafe pulse_tls_minimum(context) == 1 else { throw .encryption(Self.lastError) }
        // Else an encrypted key would have OpenSSL ask for its words on a terminal, and wait.
        unsafe SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in 0 }
        unsafe SSL_CTX_set_verify(context, options.verifiesServer ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
        if options.verifiesServer { try trust(options.authorities) }
        if let certificate = options.certificate { try show(certificate, key: options.key ?? certificate) }
    }

    deinit { unsafe SSL_CTX_free(context) }

    private func trust(_ path: String?) throws(RedisError.Cause) {
        guard let path else {
            guard unsafe SSL_CTX_set_default_verify_paths(context) == 1 else {
                throw .encryption("the system's certificates: \(Self.lastError)")
            }
            return
        }
        // OpenSSL takes any text for a folder, and finds out never that there is none.
        let isFolder = Self.isFolder(path)
        let taken = unsafe SSL_CTX_load_verify_locations(context, isFolder ? nil : path, isFolder ? path : nil) == 1
        guard taken else { throw .encryption("ca \(path): \(Self.lastError)") }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private func show(_ certificate: String, key: String) throws(RedisError.Cause) {
        guard unsafe SSL_CTX_use_certificate_chain_file(context, certificate) == 1 else {
            throw .encryption("cert \(certificate): \(Self.lastError)")
        }
        guard unsafe SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 else {
            throw .encryption("key \(key): \(Self.lastError)")
        }
    }

    /// OpenSSL's own words for what went wrong first in this thread.
    static var lastError: String {
        let code = ERR_peek_error()
        guard code != 0, let words = unsafe ERR_reason_error_string(code) else { return "no reason given" }
        return unsafe String(cString: words)
    }
}
