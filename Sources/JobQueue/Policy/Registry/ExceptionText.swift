/// What an execution left about its failure: one of Pulse's sentences, or a Python traceback.
public enum ExceptionText {
    private static let traceback = "Traceback (most recent call last)"

    /// The line that says why: the first, or a traceback's exception, behind the lines that say where.
    public static func headline(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        guard let first = lines.first else { return "" }
        guard first.hasPrefix(traceback) else { return String(first) }
        // The last line that stands at the margin; an exception's text may have lines of its own behind it.
        let last = lines.lastIndex { $0.hasPrefix(traceback) } ?? 0
        return String(lines[(last + 1)...].first { $0.first?.isWhitespace == false } ?? first)
    }

    /// The lines from the beginning and the end, which are what a traceback is read for, without those that only underline
    /// the one above with `^`: on a terminal of another width they point nowhere.
    public static func cut(_ text: String, lines limit: Int, scalars: Int) -> String {
        let lines = text.split(whereSeparator: \.isNewline).filter { line in
            !line.allSatisfy { $0.isWhitespace || $0 == "^" || $0 == "~" }
        }.map { line in
            line.unicodeScalars.count <= scalars
                ? String(line) : String(String.UnicodeScalarView(line.unicodeScalars.prefix(scalars))) + "..."
        }
        guard lines.count > limit, limit >= 3 else { return lines.joined(separator: "\n") }
        let head = (limit - 1) / 2
        let tail = limit - 1 - head
        let left = "... \(lines.count - head - tail) more lines ..."
        return (lines.prefix(head) + [left] + lines.suffix(tail)).joined(separator: "\n")
    }
}
