/// How text is laid out on a terminal, or without limits where something else reads.
protocol TextLayout {
    /// Whether escape codes may be used: only when a terminal reads.
    var coloured: Bool { get }
    /// Columns of the terminal; a line is cut there rather than wrapped.
    var width: Int { get }
}

extension TextLayout {
    func padded(_ text: String, _ size: Int, right: Bool = false) -> String {
        let fill = String(repeating: " ", count: max(0, size - Columns.of(text)))
        return right ? fill + text : text + fill
    }

    /// What is wrong must be read whole: the headline goes on in a second line rather than be cut.
    func wrapped(_ line: String) -> [String] { wrapped(line, lines: 4) }

    func wrapped(_ line: String, lines most: Int) -> [String] {
        let margin = line.prefix { $0 == " " }
        return flow(String(line.dropFirst(margin.count)), after: String(margin), margin: margin.count + 2, lines: most)
    }

    /// Words in lines that fit, four at the most unless more are asked for.
    /// - Parameters:
    ///   - left: what the first line begins with; the words follow it after a blank, if it is not blank itself.
    ///   - margin: columns left free before every further line.
    func flow(_ text: String, after left: String, margin: Int, lines most: Int = 4) -> [String] {
        var lines: [String] = []
        var current = left
        for word in text.split(separator: " ").flatMap({ pieces(String($0), atMost: width - margin) }) {
            let gap = current.isEmpty || current.hasSuffix(" ") ? 0 : 1
            let mayBreak = lines.count < most - 1 && (current != left || margin < Columns.of(left))
            if mayBreak, Columns.of(current) + gap + Columns.of(word) > width {
                lines.append(cut(current))
                current = String(repeating: " ", count: margin) + word
            } else {
                current += String(repeating: " ", count: gap) + word
            }
        }
        return lines + [cut(current)]
    }

    /// A word that is longer than a line goes on in the next.
    private func pieces(_ word: String, atMost width: Int) -> [String] {
        var pieces: [String] = []
        var rest = word
        while Columns.of(rest) > max(8, width) {
            let piece = Columns.prefix(rest, max(8, width))
            pieces.append(piece)
            rest.removeFirst(piece.count)
        }
        return pieces + [rest]
    }

    func cut(_ line: String) -> String {
        let line = String(line.reversed().drop { $0 == " " }.reversed())
        return Columns.of(line) <= width ? line : Columns.prefix(line, width - 1) + "…"
    }

    func paint(_ text: String, as state: String) -> String {
        guard coloured else { return text }
        switch state {
        case "healthy": return "\u{1B}[32m\(text)\u{1B}[0m"
        case "degraded", "unknown": return "\u{1B}[33m\(text)\u{1B}[0m"
        case "unhealthy": return "\u{1B}[31m\(text)\u{1B}[0m"
        default: return text
        }
    }

    func dim(_ text: String) -> String { coloured ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
}
