/// `X-Firecrawl-Signature: sha256=<64 hex digits>`: the HMAC of the body, as its sender counted it.
enum SignatureHeader {
    static let name = "X-Firecrawl-Signature"

    enum Reading: Equatable {
        case missing
        case malformed
        case digest([UInt8])
    }

    /// - Parameter headers: every such header of the request; two are none.
    static func read(_ headers: [String]) -> Reading {
        guard let header = headers.first else { return .missing }
        // Anybody may send one.
        guard header.isASCII else { return .malformed }
        let text = header.filter { $0 != " " && $0 != "\t" }
        if text.isEmpty { return .missing }
        let prefix = "sha256="
        guard headers.count == 1, text.hasPrefix(prefix), let digest = bytes(text.dropFirst(prefix.count)),
            digest.count == 32
        else { return .malformed }
        return .digest(digest)
    }

    private static func bytes(_ text: Substring) -> [UInt8]? {
        let digits = text.unicodeScalars.map { $0.isASCII ? Character($0).hexDigitValue : nil }
        guard digits.count % 2 == 0, !digits.contains(nil) else { return nil }
        let known = digits.compactMap(\.self)
        return stride(from: 0, to: known.count, by: 2).map { UInt8(known[$0] << 4 | known[$0 + 1]) }
    }
}
