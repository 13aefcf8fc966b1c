/// The lines of an env file: `KEY=VALUE`, as systemd's `EnvironmentFile=` and docker's `--env-file` both read them.
///
/// Blank lines and lines that begin with `#` or `;` are skipped, a leading `export` is tolerated, and a value may stand in
/// single or double quotes. Nothing is expanded. Of two lines with one key the later wins.
public enum EnvFile {
    /// - Throws: ``SettingsError`` with the number of each line that is neither blank, a comment nor an assignment.
    public static func parse(_ text: String, named path: String) throws(SettingsError) -> [String: String] {
        var values: [String: String] = [:]
        var problems: [String] = []
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            var line = trimmed(raw)
            if line.isEmpty || line.first == "#" || line.first == ";" { continue }
            if line.hasPrefix("export ") { line = trimmed(line.dropFirst("export ".count)) }
            guard let equals = line.firstIndex(of: "="), isName(line[..<equals]) else {
                problems.append("\(path):\(index + 1): not KEY=VALUE; a comment begins with '#'")
                continue
            }
            guard let value = unquoted(trimmed(line[line.index(after: equals)...])) else {
                problems.append("\(path):\(index + 1): the quote of \(line[..<equals]) is not closed")
                continue
            }
            values[String(line[..<equals])] = value
        }
        guard problems.isEmpty else { throw SettingsError(problems) }
        return values
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }

    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy {
            $0 == 0x5F || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        }
    }

    private static func unquoted(_ text: Substring) -> String? {
        guard let quote = text.first, quote == "\"" || quote == "'" else { return String(text) }
        guard text.count > 1, text.last == quote else { return nil }
        return String(text.dropFirst().dropLast())
    }
}
