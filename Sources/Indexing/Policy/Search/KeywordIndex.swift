/// By what means the server ranks by words (BM25).
enum KeywordIndex: Equatable, Sendable {
    /// From 1.20 on: the index of the payload field `text` keeps what scoring needs; points carry nothing for it.
    case textIndex
    /// From 1.15.2 on: the server makes a sparse vector of each text that it is given with a point.
    case sparseVector

    static let field = "text"
    static let vector = "bm25"
}

/// What is to be done so that a collection can be searched by words.
enum KeywordPlan: Equatable, Sendable {
    /// It is there.
    case ready(KeywordIndex)
    /// The collection lacks it, and the server can add it.
    case add(KeywordIndex)
    /// Meaning alone; why.
    case without(String)

    /// What the collection has already.
    struct Found: Equatable, Sendable {
        /// A sparse vector of our name, weighed by how rare a word is.
        var sparseVector = false
        /// A sparse vector of our name that is somebody else's: it is not weighed so.
        var otherSparseVector = false
        /// An index of `text` that scores.
        var textIndex = false
    }

    /// - Parameters:
    ///   - version: nil when the server did not say.
    ///   - found: nil when there is no collection yet.
    static func choose(_ version: ServerVersion?, _ found: Found?) -> KeywordPlan {
        guard let version else {
            // What is there was made for this server: points without the vector would not be found by words.
            if found?.sparseVector == true { return .ready(.sparseVector) }
            if found?.textIndex == true { return .ready(.textIndex) }
            return .without("Qdrant does not say its version")
        }
        if version >= ServerVersion(1, 20) { return found?.textIndex == true ? .ready(.textIndex) : .add(.textIndex) }
        guard version >= ServerVersion(1, 15, 2) else {
            return .without("Qdrant \(version) does not rank by words; 1.15.2 and later do")
        }
        guard let found else { return .add(.sparseVector) }
        if found.sparseVector { return .ready(.sparseVector) }
        if found.otherSparseVector {
            return .without("the collection's sparse vector \"\(KeywordIndex.vector)\" lacks the modifier idf")
        }
        guard version >= ServerVersion(1, 18) else {
            return .without(
                "the collection was made without the sparse vector \"\(KeywordIndex.vector)\", which Qdrant \(version) "
                    + "cannot add; 1.18 and later can")
        }
        return .add(.sparseVector)
    }
}

/// What the server is told so that it makes a point's sparse vector of its text (`qdrant/bm25`).
///
/// The mean length that BM25 normalises by is a constant of the settings: were it measured, workers would weigh alike texts
/// differently.
struct KeywordVectors: Equatable, Sendable {
    /// In words without stop words.
    let meanLength: Int

    /// - Parameter chunkBudget: tokens per chunk at most. A full chunk has about half as many words that count.
    init(chunkBudget: Int) { meanLength = max(1, chunkBudget / 2) }

    /// Writes the `Document` that stands in the vector's place.
    func write(_ text: String, into json: inout JSONText) {
        json.raw(#"{"text":"#)
        json.string(text)
        json.raw(#","model":"qdrant/bm25","options":{"language":"english","avg_len":"#)
        json.integer(meanLength)
        json.raw("}}")
    }
}
