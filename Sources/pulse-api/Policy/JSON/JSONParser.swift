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

    let bytes: [UInt8]
    var at = 0
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

    var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    func problem(_ what: String) -> Problem { Problem(position: at, what: what) }

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

    mutating func take(_ mark: Unicode.Scalar) -> Bool {
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
        // Infinite where it is too large, as Python has it: an error only to whoever asks for it.
        return .number(Double(text) ?? .infinity)
    }

    @discardableResult private mutating func skipDigits() -> Int {
        let start = at
        while let digit = next, isDigit(digit) { at += 1 }
        return at - start
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
