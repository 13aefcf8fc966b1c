/// A query string read and written as Python's `parse_qs(keep_blank_values=True)` and `urlencode(doseq=True)` do:
/// fields of one name are gathered where the name first stood, "+" is a blank.
struct QueryString: Equatable {
    /// What becomes of bytes that are no UTF-8.
    enum Foreign {
        /// U+FFFD, as Python has it: words of one length in another encoding become one.
        case replaced
        case kept
    }

    private var names: [[UInt8]] = []
    private var values: [[UInt8]: [[UInt8]]] = [:]

    init(_ text: String, _ foreign: Foreign = .replaced) {
        for field in text.utf8.split(separator: 0x26) {
            let halves = field.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.decode(halves[0], foreign)
            if values[name] == nil { names.append(name) }
            values[name, default: []].append(halves.count > 1 ? Self.decode(halves[1], foreign) : [])
        }
    }

    mutating func remove(where isUnwanted: (String) -> Bool) {
        names.removeAll { isUnwanted(String(decoding: $0, as: UTF8.self)) }
    }

    var text: String {
        names.flatMap { name in (values[name] ?? []).map { Self.encode(name) + "=" + Self.encode($0) } }
            .joined(separator: "&")
    }

    private static func decode(_ text: Substring.UTF8View.SubSequence, _ foreign: Foreign) -> [UInt8] {
        let bytes = Array(text)
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x25, index + 2 < bytes.count, let high = Hex.value(bytes[index + 1]),
                let low = Hex.value(bytes[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(bytes[index] == 0x2B ? 0x20 : bytes[index])
                index += 1
            }
        }
        return foreign == .kept ? decoded : Array(String(decoding: decoded, as: UTF8.self).utf8)
    }

    private static func encode(_ bytes: [UInt8]) -> String {
        var encoded: [UInt8] = []
        for byte in bytes {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2E, 0x2D, 0x7E: encoded.append(byte)
            case 0x20: encoded.append(0x2B)
            default: encoded.append(contentsOf: "%\(Hex.string([byte]).uppercased())".utf8)
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
