/// An answer as it arrives, with a bound on its headers and on its body.
struct AnswerBuffer {
    static let headerLimit = 64 << 10
    /// Room is made beforehand for so much at most, whatever length is announced.
    private static let announcedLimit = 4 << 20

    var limit = 0
    /// Takes a successful answer's body in our place.
    var onPiece: (@Sendable ([UInt8]) -> Void)?
    private var isSuccess = false
    private(set) var headers: HTTPHeaders = []
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
        if isTooLarge { return false }
        if body.isEmpty, let length = headers.value(of: "content-length").flatMap({ Int($0) }), length > bytes.count {
            body.reserveCapacity(min(length, limit, Self.announcedLimit))
        }
        unsafe body.append(contentsOf: bytes)
        return true
    }

    mutating func appendHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        isTooLarge = headerBytes > Self.headerLimit
        if unsafe line.starts(with: "HTTP/".utf8) {
            // A status line begins anew: what came before belonged to an interim answer (1xx).
            headers = []
            // The status is what follows the version.
            isSuccess = unsafe line.drop { $0 != 0x20 }.drop { $0 == 0x20 }.first == 0x32
        } else {
            unsafe headers.append(line: line)
        }
        return !isTooLarge
    }
}
