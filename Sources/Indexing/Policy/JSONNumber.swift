/// One number of a JSON text (RFC 8259 section 6), judged without being converted: is it well-formed, and is it finite
/// as a 32-bit float?
struct JSONNumber: Equatable {
    let end: Int
    let isFiniteFloat: Bool

    /// Half way between the largest finite float and the next power of two, 2^128 - 2^103: from here on, rounding to
    /// nearest gives infinity.
    private static let limit = [UInt8]("340282356779733661637539395458142568448".utf8)

    /// Reads the number that begins at `start`; nil when none does.
    init?(_ bytes: borrowing Span<UInt8>, at start: Int) {
        var at = start
        if at < bytes.count, bytes[at] == 0x2D { at += 1 }
        let whole = at
        at = Self.digits(bytes, from: at)
        guard at > whole, bytes[whole] != 0x30 || at == whole + 1 else { return nil }
        let wholeEnd = at
        var fraction = at..<at
        if at < bytes.count, bytes[at] == 0x2E {
            let end = Self.digits(bytes, from: at + 1)
            guard end > at + 1 else { return nil }
            fraction = at + 1..<end
            at = end
        }
        var exponent = 0
        if at < bytes.count, bytes[at] | 0x20 == 0x65 {
            at += 1
            var negative = false
            if at < bytes.count, bytes[at] == 0x2B || bytes[at] == 0x2D {
                negative = bytes[at] == 0x2D
                at += 1
            }
            let first = at
            at = Self.digits(bytes, from: at)
            guard at > first else { return nil }
            for index in first..<at where exponent < 1_000_000_000 {
                exponent = exponent * 10 + Int(bytes[index] - 0x30)
            }
            if negative { exponent = -exponent }
        }
        end = at
        // Fewer than 39 digits before the point after shifting by the exponent: below 10^38, finite whatever they are.
        let magnitude = wholeEnd - whole + exponent
        isFiniteFloat = magnitude < 39 || Self.isBelowLimit(bytes, whole..<wholeEnd, fraction, exponent)
    }

    private static func digits(_ bytes: borrowing Span<UInt8>, from start: Int) -> Int {
        var at = start
        while at < bytes.count, bytes[at] &- 0x30 < 10 { at += 1 }
        return at
    }

    /// Exact: the significant digits are compared with those of the limit as text.
    private static func isBelowLimit(
        _ bytes: borrowing Span<UInt8>, _ whole: Range<Int>, _ fraction: Range<Int>, _ exponent: Int
    ) -> Bool {
        var digits: [UInt8] = []
        var pointAfter = whole.count + exponent
        for part in [whole, fraction] {
            for index in part {
                if digits.isEmpty, bytes[index] == 0x30 { pointAfter -= 1 } else { digits.append(bytes[index]) }
            }
        }
        if digits.isEmpty { return true }
        if pointAfter != limit.count { return pointAfter < limit.count }
        for (index, limitDigit) in limit.enumerated() {
            let digit = index < digits.count ? digits[index] : 0x30
            if digit != limitDigit { return digit < limitDigit }
        }
        return false
    }
}
