/// `name: command` lines, as Foreman, Heroku and Overmind read them.
public enum Procfile {
    public struct Line: Equatable, Sendable {
        public var name: String
        public var command: String
    }

    /// - Throws: ``ProcfileError`` for the first line that cannot be understood.
    public static func parse(_ text: String) throws(ProcfileError) -> [Line] {
        var lines: [Line] = []
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = trimmed(raw)
            if line.isEmpty || line.first == "#" { continue }
            guard let colon = line.firstIndex(of: ":") else {
                throw ProcfileError(line: index + 1, problem: "not 'name: command'")
            }
            let name = String(trimmed(line[..<colon]))
            let command = String(trimmed(line[line.index(after: colon)...]))
            guard isName(name) else {
                throw ProcfileError(
                    line: index + 1,
                    problem: "the name '\(name.prefix(40))' may hold letters, digits, '_' and '-' only")
            }
            guard !command.isEmpty else { throw ProcfileError(line: index + 1, problem: "'\(name)' has no command") }
            guard name != "worker" else {
                throw ProcfileError(
                    line: index + 1,
                    problem: "the name 'worker' is Pulse's own (PULSE_WORKERS says how many); use another")
            }
            guard !lines.contains(where: { $0.name == name }) else {
                throw ProcfileError(line: index + 1, problem: "'\(name)' stands there twice; use --scale \(name)=2")
            }
            lines.append(Line(name: name, command: command))
        }
        return lines
    }

    /// Names become file names (`<slot>.lock`) and environment values.
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 40
            && text.utf8.allSatisfy {
                $0 == 0x5F || $0 == 0x2D || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                    || (0x61...0x7A).contains($0)
            }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}

public struct ProcfileError: Error, Equatable, CustomStringConvertible {
    public var line: Int
    public var problem: String
    public var description: String { "line \(line): \(problem)" }
}
