/// An answer as it arrives, with a bound on its headers and on its body.
struct AnswerBuffer {
    static let headerLimit = 64 << 10

    var limit = 0
    /// Takes a successful answer's body in our place.
    var onPiece: (@Sendable ([UInt8]) -> Void)?
    private var isSuccess = false
    private(set) var headers: [(name: String, value: String)] = []
    private(set) var body: [UInt8] = []
    private(set) var isTooLarge = false
    private var headerBytes = 0

    /// - Returns: false when there is too much of it; nothing more is wanted then.
    mutating func appendBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if let onPiece, isSuccess {
            onPiece(unsafe Array(bytes))
            return true
        }
        isTooLarge = body.count + bytes.count > limit
        if !isTooLarge { unsafe body.append(contentsOf: bytes) }
        return !isTooLarge
    }

    mutating func appendHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let line = unsafe String(decoding: bytes, as: UTF8.self)
        // A status line begins anew: what came before belonged to an interim answer (1xx).
        if line.hasPrefix("HTTP/") {
            headers = []
            isSuccess = line.split(separator: " ").dropFirst().first?.hasPrefix("2") ?? false
        }
        headerBytes += bytes.count
        isTooLarge = headerBytes > Self.headerLimit
        if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...].split(whereSeparator: \.isWhitespace).joined(separator: " ")
            headers.append((line[..<colon].lowercased(), value))
        }
        return !isTooLarge
    }
}
