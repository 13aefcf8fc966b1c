/// What a document is known by.
extension Indexer {
    /// Bytes; browsers and servers take no longer ones. Texts are compared by their meaning, for which a long run of marks takes
    /// seconds.
    public static let longestURL = 8192

    /// The beginning of one that may be longer than any.
    public static func shown(_ url: String) -> String {
        url.utf8.count <= longestURL ? url : String(decoding: url.utf8.prefix(300), as: UTF8.self)
    }

    /// What two documents must not have in common to be indexed at the same time.
    public static func identity(of url: String) -> String { CanonicalURL(url).identity }
}
