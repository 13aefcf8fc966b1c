/// The last lines that the processes of one slot printed, within a number of bytes.
struct LineRing {
    struct Entry: Equatable, Sendable {
        /// The life that printed it.
        let life: Int
        /// Unix time in seconds.
        let at: Double
        /// syslog's number.
        let priority: Int
        let text: String
    }

    /// Of text, kept at most; a line counts a few more for its own sake.
    private let limit: Int
    private var entries: [Entry] = []
    private var first = 0
    private var size = 0
    private static let overhead = 64

    init(limit: Int = 32 * 1024) { self.limit = limit }

    /// Oldest first.
    var lines: ArraySlice<Entry> { entries[first...] }

    mutating func add(_ entry: Entry) {
        entries.append(entry)
        size += entry.text.utf8.count + Self.overhead
        while size > limit, first < entries.count - 1 {
            size -= entries[first].text.utf8.count + Self.overhead
            first += 1
        }
        // The dropped ones leave in bulk, so that adding costs the same however long the ring is.
        if first > 32, first > entries.count / 2 {
            entries.removeFirst(first)
            first = 0
        }
    }

    /// The last lines of one life, for its death's record: at most five, each cut to 240 characters.
    func lastWords(of life: Int) -> [String] {
        lines.reversed().prefix { $0.life == life }.prefix(5).reversed().map { String($0.text.prefix(240)) }
    }
}
