/// A JSON text written straight into bytes, because vectors are copied into it as they came.
struct JSONText {
    private(set) var bytes: [UInt8] = []

    init(reserving capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// Appends text that is JSON already.
    mutating func raw(_ text: StaticString) { bytes.append(contentsOf: "\(text)".utf8) }
    mutating func raw(_ slice: ArraySlice<UInt8>) { bytes.append(contentsOf: slice) }

    mutating func string(_ text: String) {
        bytes.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5C:
                bytes.append(0x5C)
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: [0x5C, 0x6E])
            case 0..<0x20: bytes.append(contentsOf: "\\u00\(Hex.string([byte]))".utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(0x22)
    }

    mutating func integer(_ value: Int) { bytes.append(contentsOf: "\(value)".utf8) }

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
        text.utf8.reduce(2) { sum, byte in
            switch byte {
            case 0x22, 0x5C, 0x0A: sum + 2
            case 0..<0x20: sum + 6
            default: sum + 1
            }
        }
    }
}
