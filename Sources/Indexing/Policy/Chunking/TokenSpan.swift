/// One token of a tokenizer's answer: UTF-8 byte offsets in the text it was asked about, `start` inclusive.
public struct TokenSpan: Sendable, Equatable {
    public let start: Int
    public let end: Int

    public init(start: Int, end: Int) {
        self.start = start
        self.end = end
    }
}
