/// What lies between a document and its points, in this order; a large document repeats the middle.
public enum IndexingStep: String, CaseIterable, Sendable {
    case compared, chunked, embedded
    /// The only write of a small document.
    case wroteWhole
    case wroteIntent, wrotePoints, deletedRest, committed
}
