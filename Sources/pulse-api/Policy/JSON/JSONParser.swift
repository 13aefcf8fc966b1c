/// Reads a JSON text (RFC 8259) whose size is bounded by whoever received it. Nesting is bounded here.
struct JSONParser {
    /// Why it is none, and after how many bytes that shows.
    struct Problem: Error, Equatable {
        var position: Int
        var what: String
    }

    static let deepest = 64
    /// Values in one text. Each takes ten times the bytes of the shortest one's text.
    static let mostValues = 500_000

    private let bytes: [UInt8]
    private var at = 0
    private var depth = 0
    private var values = 0

    static func parse(_ bytes: [UInt8]) throws(Problem) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        // RFC 8259 lets a parser ignore a byte order mark.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { parser.at = 3 }
        let value = try parser.value()
        parser.skipBlanks()
        guard parser.at == bytes.count else { throw parser.problem("Extra data") }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private func problem(_ what: String) -> Problem { Problem(position: at, what: what) }

    private mutating func skipBlanks() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 {
            at += 1
        }
    }

    private mutating func value() throws(Problem) -> JSONValue {
        values += 1
        guard values <= Self.mostValues else { throw problem("More than \(Self.mostValues) values") }
        skipBlanks()
        switch next {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return try nested { parser throws(Problem) in try parser.object() }
        case UInt8(ascii: "["): return try nested { parser throws(Problem) in try parser.array() }
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case let byte? where byte == UInt8(ascii: "-") || isDigit(byte): return try number()
        default: throw problem("Expecting value")
        }
    }

    private mutating func nested(
        _ read: (inout JSONParser) throws(Problem) -> JSONValue
    ) throws(Problem) -> JSONValue {
        guard depth < Self.deepest else { throw problem("Nested more than \(Self.deepest) deep") }
        depth += 1
        at += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(Problem) -> JSONValue {
        var members: [JSONValue.Member] = []
        skipBlanks()
        if take("}") { return .object(members) }
        while true {
            skipBlanks()
            guard next == UInt8(ascii: "\"") else {
                throw problem("Expecting property name enclosed in double quotes")
            }
            let name = try string()
            skipBlanks()
            guard take(":") else { throw problem("Expecting ':' delimiter") }
            members.append(JSONValue.Member(name, try value()))
            skipBlanks()
            if take("}") { return .object(members) }
            guard take(",") else { throw problem("Expecting ',' delimiter") }
        }
    }

    private mutating func array() throws(Problem) -> JSONValue {
        var items: [JSONValue] = []
        skipBlanks()
        if take("]") { return .array(items) }
        while true {
            items.append(try value())
            skipBlanks()
            if take("]") { return .array(items) }
            guard take(",") else { throw problem("Expecting ',' delimiter") }
        }
    }

    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard next == UInt8(truncatingIfNeeded: mark.value) else { return false }
        at += 1
        return true
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(Problem) -> JSONValue {
        let count = text.utf8CodeUnitCount
        guard at + count <= bytes.count, bytes[at..<at + count].elementsEqual("\(text)".utf8) else {
            throw problem("Expecting value")
        }
        at += count
        return value
    }

    private mutating func number() throws(Problem) -> JSONValue {
        let start = at
        var isWhole = true
        _ = take("-")
        guard let first = next, isDigit(first) else { throw problem("Expecting value") }
        at += 1
        if first != UInt8(ascii: "0") { skipDigits() }
        if next == UInt8(ascii: ".") {
            isWhole = false
            at += 1
            guard skipDigits() > 0 else { throw problem("Expecting a digit after the decimal point") }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isWhole = false
            at += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
            guard skipDigits() > 0 else { throw problem("Expecting a digit in the exponent") }
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if isWhole, let number = Int(text) { return .integer(number) }
        guard let number = Double(text), number.isFinite else {
            throw Problem(position: start, what: "A number is too large")
        }
        return .number(number)
    }

    @discardableResult private mutating func skipDigits() -> Int {
        let start = at
        while let digit = next, isDigit(digit) { at += 1 }
        return at - start
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private mutating func string() throws(Problem) -> String {
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
                unescaped = (unescaped ?? []) + bytes[run..<at]
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
        // Half of a pair: only both together are a character.
        if high < 0xDC00, take("\\"), take("u") {
            let low = try fourDigits()
            if (0xDC00..<0xE000).contains(low),
                let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
            {
                return scalar
            }
        }
        throw problem("Invalid \\uXXXX escape: half of a surrogate pair")
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
