/// Tokens estimated from the kinds of characters, by prefix sums kept for every 64th byte.
///
/// A full prefix sum would cost eight bytes for each byte of the document; scanning at most 63 bytes costs less than
/// the cache miss it would cause.
public struct EstimatedTokens: Sendable {
    private static let stride = 64
    private let bytes: [UInt8]
    /// Weight before each 64th byte, in 1/1024 of a token; one more for the end.
    private let sums: [Int]
    private let weights: [Int]

    public init(text: SourceText, calibration: TokenCalibration) {
        let table = calibration.byteWeights
        sums = Self.sums(of: text.bytes.span, table.span)
        bytes = text.bytes
        weights = table
    }

    private static func sums(of source: Span<UInt8>, _ weights: Span<Int>) -> [Int] {
        var sums: [Int] = []
        sums.reserveCapacity(source.count / stride + 2)
        var total = 0
        var index = 0
        while index < source.count {
            sums.append(total)
            let stop = min(index + stride, source.count)
            while index < stop {
                total &+= weights[Int(source[index])]
                index += 1
            }
        }
        sums.append(total)
        return sums
    }

    func count(_ range: Range<Int>) -> Int {
        (weight(before: range.upperBound) - weight(before: range.lowerBound) + 1023) / 1024
    }

    func end(from start: Int, limit: Int) -> Int {
        max(start, last(notAbove: weight(before: start) + max(0, limit) * 1024))
    }

    func start(before end: Int, limit: Int) -> Int {
        let least = weight(before: end) - max(0, limit) * 1024
        return least <= 0 ? 0 : min(end, last(notAbove: least - 1) + 1)
    }

    private func weight(before offset: Int) -> Int {
        let end = min(max(0, offset), bytes.count)
        let block = end / Self.stride
        guard block * Self.stride < bytes.count else { return sums[sums.count - 1] }
        let source = bytes.span
        let table = weights.span
        var total = sums[block]
        for index in block * Self.stride..<end { total &+= table[Int(source[index])] }
        return total
    }

    /// The largest offset before which the weight is at most `target`.
    private func last(notAbove target: Int) -> Int {
        var low = 0
        var high = sums.count
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] <= target { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return 0 }
        var index = min((low - 1) * Self.stride, bytes.count)
        if low == sums.count { return bytes.count }
        var total = sums[low - 1]
        while index < bytes.count {
            total += weights[Int(bytes[index])]
            if total > target { break }
            index += 1
        }
        return index
    }
}
