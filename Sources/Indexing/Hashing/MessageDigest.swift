internal import COpenSSL

/// SHA-1 and SHA-256 (FIPS 180-4) by libcrypto, fed piece by piece, so that a document of megabytes is hashed without a copy
/// of it. Every document is hashed whenever it comes, changed or not.
@safe struct MessageDigest: ~Copyable {
    enum Algorithm {
        /// For name-based UUIDs (RFC 9562 section 5.5), and for nothing that must resist an attacker.
        case sha1
        case sha256

        // Looked up once: by the unnamed ways libcrypto goes through its providers for every digest, which takes longer
        // than to hash a point's name.
        private static nonisolated(unsafe) let fetchedSHA1 = unsafe EVP_MD_fetch(nil, "SHA1", nil)
        private static nonisolated(unsafe) let fetchedSHA256 = unsafe EVP_MD_fetch(nil, "SHA256", nil)

        fileprivate var method: OpaquePointer? {
            switch self {
            case .sha1: unsafe Self.fetchedSHA1
            case .sha256: unsafe Self.fetchedSHA256
            }
        }
    }

    private let context: OpaquePointer

    init(_ algorithm: Algorithm) {
        // Both are built in, so only memory can be short, and that ends any Swift program.
        guard let fresh = unsafe EVP_MD_CTX_new(), unsafe EVP_DigestInit_ex(fresh, algorithm.method, nil) == 1 else {
            preconditionFailure("no memory for a digest")
        }
        unsafe context = fresh
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { unsafe add(UnsafeRawBufferPointer($0)) }
    }

    mutating func update(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBytes { unsafe add($0) } }

    private func add(_ bytes: UnsafeRawBufferPointer) {
        unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    consuming func bytes() -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
            var length: UInt32 = 0
            unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, &length)
            count = Int(length)
        }
    }
}
