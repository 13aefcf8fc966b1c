/// Reads what TEI's `/tokenize` answers, `[[{"id":..,"text":"..","special":..,"start":0,"stop":5}, ..], ..]`, keeping
/// only `start` and `stop`: some seventy bytes stand there for each token, so a general parser would cost more than
/// the embedding's transport. Special tokens have null offsets and are left out.
struct TokenizeAnswer {
    private let body: [UInt8]
    private var at = 0

    /// - Returns: for each text its tokens in order, offsets in bytes; nil when the answer has another form.
    static func parse(_ body: [UInt8]) -> [[TokenSpan]]? {
        places(body).map { texts in texts.map { tokens in tokens.compactMap { $0 } } }
    }

    /// - Returns: how many tokens each text has, special ones included; nil when the answer has another form.
    static func counts(_ body: [UInt8]) -> [Int]? { places(body).map { $0.map(\.count) } }

    /// - Parameter length: bytes of the one text that was sent; it ends with a token.
    /// - Returns: how many tokens stand around that text: special ones, and those of a prompt that the server put before
    ///   it. Nil when the answer has another form.
    static func countFrame(_ body: [UInt8], length: Int) -> Int? {
        guard let texts = places(body), texts.count == 1, let tokens = texts.first else { return nil }
        let start = (tokens.compactMap { $0?.end }.max() ?? length) - length
        return tokens.count { $0.map { $0.start < start } ?? true }
    }

    private static func places(_ body: [UInt8]) -> [[TokenSpan?]]? {
        var reader = TokenizeAnswer(body: body)
        guard let texts = reader.list({ $0.list { $0.token() } }) else { return nil }
        reader.skipBlanks()
        return reader.at == body.count ? texts : nil
    }

    private init(body: [UInt8]) { self.body = body }

    private mutating func list<Element>(_ element: (inout Self) -> Element?) -> [Element]? {
        guard take(0x5B) else { return nil }
        var elements: [Element] = []
        if take(0x5D) { return elements }
        repeat {
            guard let next = element(&self) else { return nil }
            elements.append(next)
        } while take(0x2C)
        return take(0x5D) ? elements : nil
    }

    /// The outer optional is the form, the inner one whether the token has a place.
    private mutating func token() -> TokenSpan?? {
        guard take(0x7B) else { return nil }
        var start: Int?
        var stop: Int?
        repeat {
            guard let name = string(), take(0x3A) else { return nil }
            switch name {
            case 5 where matches("start"): guard number(&start) else { return nil }
            case 4 where matches("stop"): guard number(&stop) else { return nil }
            default: guard skipScalar() else { return nil }
            }
        } while take(0x2C)
        guard take(0x7D) else { return nil }
        guard let start, let stop else { return .some(nil) }
        guard start <= stop else { return nil }
        return .some(TokenSpan(start: start, end: stop))
    }

    private var lastString = 0..<0

    /// Passes over a string and tells its length in bytes as written.
    private mutating func string() -> Int? {
        guard take(0x22) else { return nil }
        let start = at
        while at < body.count, body[at] != 0x22 { at += body[at] == 0x5C ? 2 : 1 }
        guard at < body.count else { return nil }
        lastString = start..<at
        at += 1
        return lastString.count
    }

    private func matches(_ name: StaticString) -> Bool {
        name.withUTF8Buffer { name in unsafe body[lastString].elementsEqual(name) }
    }

    private mutating func number(_ value: inout Int?) -> Bool {
        skipBlanks()
        guard at < body.count, body[at] != 0x6E else { return skipScalar() }
        var digits = 0
        var sum = 0
        while at < body.count, body[at] &- 0x30 < 10, digits < 18 {
            sum = sum * 10 + Int(body[at] - 0x30)
            at += 1
            digits += 1
        }
        value = sum
        return digits > 0
    }

    private mutating func skipScalar() -> Bool {
        skipBlanks()
        guard at < body.count else { return false }
        if body[at] == 0x22 { return string() != nil }
        let start = at
        while at < body.count, !Self.endsScalar(body[at]) { at += 1 }
        return at > start
    }

    private static func endsScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x2C, 0x7D, 0x5D, 0x5B, 0x7B, 0x20: true
        default: false
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard at < body.count, body[at] == byte else { return false }
        at += 1
        return true
    }

    private mutating func skipBlanks() {
        while at < body.count, body[at] <= 0x20 { at += 1 }
    }
}
