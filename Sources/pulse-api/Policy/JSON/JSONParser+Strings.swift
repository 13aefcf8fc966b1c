/// Strings: taken as they are where nothing is escaped, which is nearly always.
extension JSONParser {
    /// From one quote to the other.
    mutating func string() throws(Problem) -> String {
        let start = at
        at += 1
        var run = at
        var unescaped: [UInt8]?
        while true {
            guard let byte = next else { throw Problem(position: start, what: "Unterminated string") }
            switch byte {
            case UInt8(ascii: "\""):
                let text: String?
                if var whole = unescaped {
                    whole += bytes[run..<at]
                    text = String(validating: whole, as: UTF8.self)
                } else {
                    text = String(validating: bytes[run..<at], as: UTF8.self)
                }
                guard let text else { throw Problem(position: start, what: "A string is not UTF-8") }
                at += 1
                return text
            case UInt8(ascii: "\\"):
                // In place: a copy at each escape would take minutes for a long text of short lines.
                if unescaped == nil { unescaped = [] }
                unescaped?.append(contentsOf: bytes[run..<at])
                at += 1
                try escape(into: &unescaped)
                run = at
            case 0..<0x20: throw problem("Invalid control character")
            default: at += 1
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]?) throws(Problem) {
        guard let byte = next else { throw problem("Unterminated string") }
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text?.append(byte)
        case UInt8(ascii: "b"): text?.append(0x08)
        case UInt8(ascii: "f"): text?.append(0x0C)
        case UInt8(ascii: "n"): text?.append(0x0A)
        case UInt8(ascii: "r"): text?.append(0x0D)
        case UInt8(ascii: "t"): text?.append(0x09)
        case UInt8(ascii: "u"): text?.append(contentsOf: String(Character(try unicode())).utf8)
        default:
            at -= 1
            throw problem("Invalid \\escape")
        }
    }

    private mutating func unicode() throws(Problem) -> Unicode.Scalar {
        let high = try fourDigits()
        if let scalar = Unicode.Scalar(high) { return scalar }
        // Half of a pair: only both together are a character. JavaScript writes one alone where it cut a text in two.
        let behind = at
        if high < 0xDC00, take("\\"), take("u") {
            let low = try fourDigits()
            if (0xDC00..<0xE000).contains(low),
                let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
            {
                return scalar
            }
        }
        at = behind
        return "\u{FFFD}"
    }

    private mutating func fourDigits() throws(Problem) -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw problem("Invalid \\uXXXX escape")
            }
            number = number << 4 | UInt32(digit)
            at += 1
        }
        return number
    }
}
