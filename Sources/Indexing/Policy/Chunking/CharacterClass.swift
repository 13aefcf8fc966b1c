/// Kinds of characters that a tokenizer treats alike, told by the first byte of their UTF-8.
enum CharacterClass: Int, CaseIterable, Sendable {
    case blank, newline, letter, digit, punctuation
    /// Accented Latin and signs, U+0080-U+02BF.
    case latin
    case greekCyrillic
    case hebrewArabic
    /// Scripts of India and South-East Asia, Georgian, Ethiopic (U+0800-U+1FFF).
    case brahmic
    /// General punctuation, arrows, mathematics (U+2000-U+2FFF).
    case symbol
    case han
    case hangul
    /// Beyond the basic plane: emoji, rare ideographs.
    case supplementary
    /// Bytes that only continue a character and weigh nothing themselves.
    case continuation

    init(leading byte: UInt8) {
        switch byte {
        case 0x0A: self = .newline
        case 0x00...0x20: self = .blank
        case 0x30...0x39: self = .digit
        case 0x41...0x5A, 0x61...0x7A: self = .letter
        case 0x21...0x7F: self = .punctuation
        case 0x80...0xBF: self = .continuation
        case 0xC0...0xCA: self = .latin
        case 0xCB...0xD4: self = .greekCyrillic
        case 0xD5...0xDF: self = .hebrewArabic
        case 0xE0...0xE1: self = .brahmic
        case 0xE2: self = .symbol
        case 0xEA...0xED: self = .hangul
        case 0xE3...0xEF: self = .han
        default: self = .supplementary
        }
    }
}
