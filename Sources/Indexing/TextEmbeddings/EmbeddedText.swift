/// What became of one text.
enum EmbedOutcome: Equatable, Sendable {
    case vector(EmbeddedVector)
    /// The server refuses this text and takes others.
    case rejected(ServiceFault)
}

/// A vector as the text the server wrote, a part of its answer.
struct EmbeddedVector: Sendable {
    let answer: [UInt8]
    let range: Range<Int>

    var bytes: ArraySlice<UInt8> { answer[range] }
}

extension EmbeddedVector: Equatable {
    /// By its text, wherever in an answer it stands.
    static func == (one: Self, other: Self) -> Bool { one.bytes == other.bytes }
}
