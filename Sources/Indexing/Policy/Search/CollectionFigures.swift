/// How much a collection holds.
public struct CollectionFigures: Equatable, Sendable {
    public var collection: String
    /// Pages: points that are the first of theirs.
    public var documents: Int
    public var points: Int
    /// Points that a search by words can find.
    public var byWords: Int
}
