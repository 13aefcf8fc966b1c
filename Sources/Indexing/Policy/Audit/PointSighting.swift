/// One point as a check of the collection sees it.
struct PointSighting: Equatable, Sendable {
    var id: String
    var url: String?
    var canonicalURL: String?
    var ordinal: Int?
    /// nil: not written by Pulse.
    var chunker: String?
    /// Of point 0 only.
    var contentHash: String?
    var chunkCount: Int?
    var chunkHigh: Int?

    /// The document it belongs to.
    var identity: String { (url ?? canonicalURL).map { CanonicalURL($0).identity } ?? "" }
}
