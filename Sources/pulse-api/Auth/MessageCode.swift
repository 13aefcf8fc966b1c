import COpenSSL

/// HMAC-SHA256 (RFC 2104) by libcrypto.
enum MessageCode {
    /// Empty when libcrypto has no memory for it, which equals no code of anybody's.
    static func sha256(of message: [UInt8], key: String) -> [UInt8] {
        let key = Array(key.utf8)
        return unsafe [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
            var length: UInt32 = 0
            let made = unsafe HMAC(
                EVP_sha256(), key, Int32(key.count), message, message.count, buffer.baseAddress, &length)
            count = unsafe made == nil ? 0 : Int(length)
        }
    }
}
