/// The id of a chunk's point: UUIDv5 (RFC 9562 section 5.5) of the document's identity URL and the chunk's ordinal.
///
/// Computable by everybody who knows the URL, so stale chunks are deleted by id, and a job run twice writes the same
/// points. Changing the namespace or the name's form orphans every point written before.
enum PointID {
    /// UUIDv5 of "https://pulse.invalid/points" in the URL namespace.
    static let namespace: [UInt8] = [
        0x4f, 0x11, 0x66, 0xfb, 0xbd, 0xcc, 0x50, 0x85, 0xa9, 0x75, 0xc1, 0xa9, 0xc7, 0xcb, 0xd6, 0x22,
    ]

    /// The ordinal follows the last line feed, so no two (identity, ordinal) pairs share a name.
    static func of(identity: String, ordinal: Int) -> String {
        uuid5(namespace: namespace, name: Array("\(identity)\n\(ordinal)".utf8))
    }

    static func uuid5(namespace: [UInt8], name: [UInt8]) -> String {
        var sha = MessageDigest(.sha1)
        sha.update(namespace)
        sha.update(name)
        var bytes = sha.bytes()
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for index in 0..<16 {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(0x2D) }
            text.append(Hex.digit(bytes[index] >> 4))
            text.append(Hex.digit(bytes[index] & 15))
        }
        return String(decoding: text, as: UTF8.self)
    }
}
