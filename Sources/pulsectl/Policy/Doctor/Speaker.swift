/// Who answers at an address, by the first bytes that come.
enum Speaker: Equatable {
    case redis
    case grpc
    case tls
    case http
    case qdrant
    case tei(model: String)
    case ssh
    case other(String)

    var title: String {
        switch self {
        case .redis: "Redis"
        case .grpc: "gRPC (HTTP/2)"
        case .tls: "TLS"
        case .http: "HTTP"
        case .qdrant: "Qdrant"
        case .tei(let model): "TEI (\(model))"
        case .ssh: "SSH"
        case .other(let text): "something that says \"\(text)\""
        }
    }

    /// What a Redis answers at once, and others turn away by their own customs.
    static let ping = Array("PING\r\n".utf8)
    /// HTTP/2's preface and empty settings: a gRPC server answers with settings of its own.
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]

    /// - Parameter bytes: the answer to ``ping``.
    static func afterPing(_ bytes: [UInt8]) -> Speaker? {
        let text = String(decoding: bytes.prefix(80), as: UTF8.self)
        if ["+PONG", "-NOAUTH", "-DENIED", "-ERR", "-LOADING", "-MASTERDOWN"].contains(where: text.hasPrefix) {
            return .redis
        }
        if isSettingsFrame(bytes) { return .grpc }
        if text.hasPrefix("HTTP/1.") { return .http }
        if text.hasPrefix("SSH-") { return .ssh }
        // An alert or a handshake record of TLS 1.0 to 1.3.
        if bytes.count >= 3, bytes[0] == 0x15 || bytes[0] == 0x16, bytes[1] == 3 { return .tls }
        let words = text.unicodeScalars.prefix { $0.value >= 0x20 && $0.value < 0x7F }
        return words.count >= 4 ? .other(String(String.UnicodeScalarView(words.prefix(40)))) : nil
    }

    /// - Parameter bytes: the answer to ``preface``.
    static func afterPreface(_ bytes: [UInt8]) -> Speaker? { isSettingsFrame(bytes) ? .grpc : nil }

    /// A frame of type SETTINGS or GOAWAY on stream 0 (RFC 9113, section 4.1).
    private static func isSettingsFrame(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 9, bytes[0] == 0, bytes[3] == 4 || bytes[3] == 7 else { return false }
        return bytes[5..<9].allSatisfy { $0 == 0 }
    }
}
