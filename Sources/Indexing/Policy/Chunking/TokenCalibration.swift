/// What a character of each kind costs in tokens under one model: a model fact, measured once and never averaged on.
///
/// A running average would make two workers cut one document in two ways, and its chunks' ids would then name
/// different texts. Equal samples and equal answers give equal integers on every worker.
public struct TokenCalibration: Sendable, Equatable {
    /// 1/1024 tokens per character, by `CharacterClass.rawValue`.
    private let weights: [Int]

    /// Common to WordPiece and byte-level BPE models of English and multilingual training, on the safe side.
    public static let typical = TokenCalibration(weights: CharacterClass.allCases.map(\.typicalWeight))

    private init(weights: [Int]) {
        self.weights = weights
    }

    /// Counts each token for the kind of its first character that is not blank; kinds too rare in the sample to
    /// tell keep their typical weight.
    ///
    /// - Parameter spans: the tokenizer's answer for `sample`, without special tokens.
    public init(sample: SourceText, spans: [TokenSpan]) {
        let bytes = sample.bytes.span
        var characters = CharacterClass.allCases.map { _ in 0 }
        for index in 0..<bytes.count { characters[CharacterClass(leading: bytes[index]).rawValue] += 1 }
        var tokens = CharacterClass.allCases.map { _ in 0 }
        for span in spans where span.start >= 0 && span.start < span.end && span.end <= bytes.count {
            let first = bytes.skipBlanks(from: span.start, to: span.end - 1)
            // A token may begin in the middle of a character (byte-level BPE): it is that character's cost.
            tokens[CharacterClass(leading: bytes[bytes.scalarStart(at: first)]).rawValue] += 1
        }
        weights = CharacterClass.allCases.map { kind in
            let seen = characters[kind.rawValue]
            guard seen >= 16, kind != .continuation else { return kind.typicalWeight }
            return min(16 * 1024, (tokens[kind.rawValue] * 1024 + seen - 1) / seen)
        }
    }

    /// 1/1024 tokens for each of the 256 byte values.
    var byteWeights: [Int] {
        (0...255).map { weights[CharacterClass(leading: UInt8($0)).rawValue] }
    }
}

extension CharacterClass {
    fileprivate var typicalWeight: Int {
        switch self {
        case .blank, .continuation: 0
        case .newline: 256
        case .letter: 230
        case .digit: 614
        case .punctuation: 870
        case .latin, .hebrewArabic: 512
        case .greekCyrillic: 410
        case .brahmic, .han, .hangul: 1024
        case .symbol: 1228
        case .supplementary: 2048
        }
    }
}
