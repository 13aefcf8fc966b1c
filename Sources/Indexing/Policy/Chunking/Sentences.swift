/// Where sentences end: a compact rule after Unicode UAX #29 (sentence boundaries) on bytes.
///
/// A terminator, then closing quotes or brackets, then white space; after a full-width terminator none is needed.
/// A full stop counts only if what stands before it is no abbreviation or initial and no small letter follows: a
/// sentence too long is split later anyway, one cut at "e.g." is spoilt.
enum Sentences {
    /// Whether a sentence ends with the byte before `end`; `next` is the start of the text that follows.
    static func end(at end: Int, next: Int, floor: Int, _ bytes: Span<UInt8>) -> Bool {
        let stop = dropClosers(before: end, floor: floor, bytes)
        guard stop > floor else { return false }
        switch bytes[stop - 1] {
        case 0x21, 0x3F: return next > end
        case 0x2E: return next > end && endsSentence(fullStop: stop - 1, next: next, floor: floor, bytes)
        case 0x80...0xFF: return endsWide(bytes.tail3(before: stop), spaced: next > end)
        default: return false
        }
    }

    /// `。` `！` `？` `｡` need no space behind them; `…` `؟` `۔` `।` `॥` do.
    private static func endsWide(_ tail: UInt32, spaced: Bool) -> Bool {
        switch tail {
        case 0xE38082, 0xEFBC81, 0xEFBC9F, 0xEFBDA1: true
        case 0xE280A6, 0xE0A5A4, 0xE0A5A5: spaced
        default: spaced && (tail & 0xFFFF == 0xD89F || tail & 0xFFFF == 0xDB94)
        }
    }

    /// Quotes, brackets and emphasis marks that belong to the sentence they close.
    private static func dropClosers(before end: Int, floor: Int, _ bytes: Span<UInt8>) -> Int {
        var index = end
        while index > floor {
            switch bytes[index - 1] {
            case 0x22, 0x27, 0x29, 0x2A, 0x5D, 0x5F, 0x60, 0x7D: index -= 1
            case 0x80...0xBF:
                switch bytes.tail3(before: index) {
                // ” ’ 」 』 ） 】 》
                case 0xE2809D, 0xE28099, 0xE3808D, 0xE3808F, 0xEFBC89, 0xE38091, 0xE3808B: index -= 3
                case let tail where tail & 0xFFFF == 0xC2BB: index -= 2  // »
                default: return max(index, floor)
                }
            default: return index
            }
        }
        return max(index, floor)
    }

    private static func endsSentence(fullStop: Int, next: Int, floor: Int, _ bytes: Span<UInt8>) -> Bool {
        if next < bytes.count, bytes[next].isLower { return false }
        var start = fullStop
        var word: UInt64 = 0
        while start > floor, bytes[start - 1].isLetter || bytes[start - 1] == 0x2E, fullStop - start < 8 {
            start -= 1
            word = word << 8 | UInt64(bytes[start] | 0x20)
        }
        if fullStop - start == 1 || abbreviations.contains(word) { return false }
        guard start == fullStop else { return true }
        // "12." at the start of a line numbers an item.
        while start > floor, bytes[start - 1].isDigit { start -= 1 }
        return start == fullStop || (start > floor && bytes[start - 1] != 0x0A)
    }

    /// Read backwards, as they are met.
    private static let abbreviations: Set<UInt64> = Set(
        [
            "mr", "mrs", "ms", "dr", "prof", "st", "vs", "etc", "cf", "fig", "figs", "no", "nos", "vol", "pp", "ed",
            "eds",
            "e.g", "i.e", "eg", "ie", "al", "approx", "ca", "inc", "ltd", "co", "jr", "sr", "dept", "u.s", "a.m", "p.m",
            "nr", "bzw", "z.b", "d.h", "u.a", "usw", "vgl", "art", "abs", "bd", "str", "hr", "fr", "sec", "ch", "eq",
        ].map { word in word.utf8.reversed().reduce(0) { $0 << 8 | UInt64($1 | 0x20) } })
}
