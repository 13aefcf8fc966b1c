/// A JSON text written straight into bytes, because vectors are copied into it as they came.
struct JSONText {
    private(set) var bytes: [UInt8] = []

    init(reserving capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// Appends text that is JSON already.
    mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    mutating func raw(_ slice: ArraySlice<UInt8>) { bytes.append(contentsOf: slice) }

    mutating func string(_ text: String) {
        bytes.append(0x22)
        var text = text
        text.withUTF8 { text in unsafe escaped(text) }
        bytes.append(0x22)
    }

    private mutating func escaped(_ text: UnsafeBufferPointer<UInt8>) {
        let span = unsafe text.span
        var at = 0
        while true {
            let end = JSONEscapes.next(in: span, from: at)
            unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[at..<end]))
            guard end < span.count else { return }
            bytes.append(0x5C)
            switch span[end] {
            case 0x0A: bytes.append(0x6E)
            case 0x22: bytes.append(0x22)
            case 0x5C: bytes.append(0x5C)
            default: bytes.append(contentsOf: "u00\(Hex.string([span[end]]))".utf8)
            }
            at = end + 1
        }
    }

    mutating func integer(_ value: Int) {
        if value < 0 { bytes.append(0x2D) }
        let start = bytes.count
        var rest = value.magnitude
        repeat {
            bytes.append(0x30 + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    mutating func list<Elements: Collection>(_ elements: Elements, _ write: (inout JSONText, Elements.Element) -> Void)
    {
        bytes.append(0x5B)
        var first = true
        for element in elements {
            if !first { bytes.append(0x2C) }
            first = false
            write(&self, element)
        }
        bytes.append(0x5D)
    }

    mutating func strings(_ texts: some Collection<String>) { list(texts) { $0.string($1) } }

    /// How many bytes the text takes as a JSON string, quotes included.
    static func size(of text: String) -> Int {
        var text = text
        return text.withUTF8 { text in unsafe text.count + JSONEscapes.growth(of: text.span) } + 2
    }
}
