/// How a document is sent to `/tokenize`: in pieces, several to a request, whose answers make one token map.
///
/// Pieces end where blocks do, so that no token is torn; within TEI's limits a text may have 250 characters for each
/// token of the model's window and a body 2 MB.
public struct TokenizePlan: Sendable, Equatable {
    public struct Limits: Sendable, Equatable {
        /// Bytes of a piece; those that the model's window allows if that is less.
        public var piece = 48 * 1024
        /// Pieces in a request; the server's `max_client_batch_size` if that is less.
        public var pieces = 32
        /// Bytes of a request's texts once they are JSON strings. The answer has some seventy bytes for each token, of which
        /// punctuation is one a byte: more would be answered with more than is taken.
        public var request = 700_000

        public init() {}
    }

    /// Adjacent and in order; together the whole text.
    public let pieces: [Range<Int>]
    /// Indices into `pieces`, one range for each request.
    public let requests: [Range<Int>]

    public init(text: SourceText, blocks: [Block], limits: Limits = Limits()) {
        pieces = Self.cut(text, blocks, max(4, limits.piece))
        requests = Self.group(pieces, text, limits)
    }

    /// The texts of one request.
    public func texts(of request: Range<Int>, in text: SourceText) -> [String] {
        pieces[request.clamped(to: pieces.indices)].map { text[$0] }
    }

    private static func cut(_ text: SourceText, _ blocks: [Block], _ limit: Int) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        let bytes = text.bytes.span
        var start = 0
        while start < bytes.count {
            var end = min(start + limit, bytes.count)
            if end < bytes.count {
                let index = blocks.count(startingAtOrBefore: end) - 1
                let block = index >= 0 ? blocks[index].start : 0
                let line = bytes.lineStart(of: end, floor: start)
                end = block > start + limit / 2 ? block : line > start ? line : word(in: start..<end, text.bytes)
            }
            pieces.append(start..<end)
            start = end
        }
        return pieces
    }

    private static func word(in range: Range<Int>, _ bytes: [UInt8]) -> Int {
        TextBoundaries.last(in: range.lowerBound...range.upperBound, bytes.span)?.offset
            ?? GraphemeCut.last(after: range.lowerBound, upTo: range.upperBound, bytes)
    }

    private static func group(_ pieces: [Range<Int>], _ text: SourceText, _ limits: Limits) -> [Range<Int>] {
        var requests: [Range<Int>] = []
        var first = 0
        var size = 0
        for (index, piece) in pieces.enumerated() {
            let quoted = text.bytes[piece].reduce(piece.count + 3) { $0 + ($1 < 0x23 || $1 == 0x5C ? 1 : 0) }
            if index > first, index - first >= max(1, limits.pieces) || size + quoted > limits.request {
                requests.append(first..<index)
                (first, size) = (index, 0)
            }
            size += quoted
        }
        if first < pieces.count { requests.append(first..<pieces.count) }
        return requests
    }
}

/// A tokenizer's answer that does not fit the question.
public enum TokenizeMismatch: Error, Equatable, CustomStringConvertible {
    case pieces(expected: Int, got: Int)
    case offset(TokenSpan, length: Int)
    case disorder(TokenSpan, after: Int)

    public var description: String {
        switch self {
        case .pieces(let expected, let got):
            "/tokenize answered \(got) texts where \(expected) were asked: is a proxy answering for TEI?"
        case .offset(let span, let length):
            "/tokenize names a token at \(span.start)..<\(span.end) of a text of \(length) bytes: its offsets are not UTF-8 bytes"
        case .disorder(let span, let start):
            "/tokenize names a token at \(span.start)..<\(span.end) behind one at \(start): its tokens are out of order"
        }
    }
}

extension ExactTokens {
    /// - Parameter spans: in order, offsets within a text of `length` bytes.
    public init(spans: [TokenSpan], length: Int) throws(TokenizeMismatch) {
        var starts: [UInt32] = []
        starts.reserveCapacity(spans.count)
        try Self.append(spans, at: 0..<length, to: &starts)
        self.init(starts: starts, length: length)
    }

    static func append(_ spans: [TokenSpan], at piece: Range<Int>, to starts: inout [UInt32]) throws(TokenizeMismatch) {
        var last = 0
        for span in spans {
            guard span.start >= 0, span.start <= span.end, span.end <= piece.count else {
                throw .offset(span, length: piece.count)
            }
            guard span.start >= last else { throw .disorder(span, after: last) }
            last = span.start
            starts.append(UInt32(clamping: piece.lowerBound + last))
        }
    }
}
