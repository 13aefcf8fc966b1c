import SeededRandom

/// Answers of an embedding server, and what may become of them on the way.
struct EmbeddingAnswers {
    private var random: SeededRandom
    /// Most as TEI writes them.
    private let numbers: [[UInt8]]
    private static let alphabet = Array("0123456789-+.eE[], nul\"{}\t:".utf8)
    private static let odd = [
        "", "1e999", "-1e999", "1.2.3", "NaN", "null", "-", "01", "1.", ".5", "+1", "3.4028235e38", "3.4028236e38",
        "3.5e38",
        "1e-46", "1E5", "12.5", "1e-100", " 0.1", "0.1\n", "1e-5e-5", "1e-5.5", "-0", "0.1-0.1", "true", "\"1\"", "[1]",
        "1e",
    ].map { Array($0.utf8) }

    init(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        numbers = (0..<2000).map { _ in
            let text =
                switch Int.random(in: 0..<12, using: &random) {
                case 0: "\(Int.random(in: -9...9, using: &random))"
                case 1: "\(Double.random(in: -1e3...1e3, using: &random))"
                case 2: "\(Float.random(in: 0...9, using: &random))e\(Int.random(in: -50...37, using: &random))"
                case 3: "-\(Int.random(in: 0...9, using: &random))E+\(Int.random(in: 0...37, using: &random))"
                case 4: "\(Float.random(in: 1...9, using: &random))e-\(Int.random(in: 5...45, using: &random))"
                default: "\(Float.random(in: -0.2...0.2, using: &random))"
                }
            return Array(text.utf8)
        }
        self.random = random
    }

    /// - Returns: the answer, and how many rows and columns it was meant to have. Half of them are spoilt, in the row's
    ///   form or in its bytes; some of these are right all the same.
    mutating func next() -> (text: [UInt8], rows: Int, columns: Int) {
        let rows = Int.random(in: 1...2, using: &random)
        let columns = Int.random(in: 1...16, using: &random)
        let isDense = Int.random(in: 0..<8, using: &random) > 0
        var text: [UInt8] = [0x5B]
        for row in 0..<rows {
            if row > 0 { text.append(0x2C) }
            text.append(0x5B)
            for column in 0..<columns {
                if column > 0 { text.append(contentsOf: isDense ? [0x2C] : [0x20, 0x2C, 0x0A]) }
                text.append(contentsOf: numbers[Int.random(in: 0..<numbers.count, using: &random)])
            }
            text.append(0x5D)
        }
        text.append(0x5D)
        if Bool.random(using: &random) { mutate(&text) }
        return (text, rows, columns)
    }

    private mutating func mutate(_ text: inout [UInt8]) {
        for _ in 0..<Int.random(in: 1...2, using: &random) where !text.isEmpty {
            let at = Int.random(in: 0..<text.count, using: &random)
            let byte = Self.alphabet[Int.random(in: 0..<Self.alphabet.count, using: &random)]
            switch Int.random(in: 0..<7, using: &random) {
            case 0: text.remove(at: at)
            case 1: text[at] = byte
            case 2: text.insert(byte, at: at)
            case 3: text.removeSubrange(at...)
            case 4: text.insert(contentsOf: text[at..<min(text.count, at + 4)], at: at)
            default: replaceNumber(of: &text, at)
            }
        }
    }

    private mutating func replaceNumber(of text: inout [UInt8], _ at: Int) {
        let isPart = { (byte: UInt8) in ![0x2C, 0x5B, 0x5D].contains(byte) }
        let start = text[..<at].lastIndex { !isPart($0) }.map { $0 + 1 } ?? 0
        let end = text[at...].firstIndex { !isPart($0) } ?? text.endIndex
        guard start < end else { return }
        text.replaceSubrange(start..<end, with: Self.odd[Int.random(in: 0..<Self.odd.count, using: &random)])
    }
}
