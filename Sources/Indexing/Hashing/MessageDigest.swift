internal import COpenSSL

/// SHA-1 and SHA-256 (FIPS 180-4) by libcrypto, fed piece by piece, so that a document of megabytes is hashed without a copy
/// of it. Every document is hashed whenever it comes, changed or not.
@safe struct MessageDigest: ~Copyable {
    enum Algorithm {
        /// For name-based UUIDs (RFC 9562 section 5.5), and for nothing that must resist an attacker.
        case sha1
        case sha256
    }

    private let context: OpaquePointer

    init(_ algorithm: Algorithm) {
        // Both are built in, so only memory can be short, and that ends any Swift program.
        guard let fresh = unsafe EVP_MD_CTX_new() else { preconditionFailure("no memory for a digest") }
        unsafe context = fresh
        unsafe EVP_DigestInit_ex(context, algorithm == .sha1 ? EVP_sha1() : EVP_sha256(), nil)
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
