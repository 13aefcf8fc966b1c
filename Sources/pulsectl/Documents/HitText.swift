import Indexing
import Reporting

/// A hit of a search as a person reads it.
enum HitText {
    static func text(_ hit: SearchHit) -> String {
        """
        \(rounded(hit.score))  \(hit.title.map(NotifyMessage.printable) ?? "(no title)")
               \(NotifyMessage.printable(hit.url))
        \(excerpt(hit.text))
        """
    }

    /// Three decimals, four for the small scores of fused ranks, without the formatter that would bring in all of Foundation.
    static func rounded(_ score: Double) -> String {
        guard score.isFinite, abs(score) < 1000 else { return "\(score)" }
        let digits = abs(score) < 0.1 ? 4 : 3
        let scale = digits == 4 ? 10_000 : 1000
        let parts = Int((abs(score) * Double(scale)).rounded())
        let fraction = String(parts % scale)
        let sign = score < 0 && parts > 0 ? "-" : ""
        return sign + "\(parts / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// The first lines of a chunk, indented, without what a terminal would obey.
    private static func excerpt(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).prefix(6).map { line in
            "       " + String(NotifyMessage.printable(String(line)).unicodeScalars.prefix(110))
        }.joined(separator: "\n")
    }
}
