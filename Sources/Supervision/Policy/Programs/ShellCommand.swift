/// How a Procfile's command is handed to the shell.
///
/// dash keeps itself as the parent of what it runs and does not pass signals on. So a plain command replaces the shell
/// (`exec`), and for one that needs the shell a signal goes to the whole process group.
struct ShellCommand: Equatable, Sendable {
    let text: String
    let hasOperators: Bool

    init(_ text: String) {
        self.text = text
        hasOperators = Self.needsShell(text)
    }

    /// - Parameter deathSignalTool: path of setpriv, which lets the program die with us, or nil.
    func arguments(deathSignalTool: String?) -> [String] {
        let shell = ["/bin/sh", "-c", hasOperators || text.hasPrefix("exec ") ? text : "exec " + text]
        return deathSignalTool.map { [$0, "--pdeathsig", "TERM", "--"] + shell } ?? shell
    }

    /// Words that only a shell can carry out, so that `exec` before them would fail.
    private static let shellWords: Set<String> = [
        "cd", "if", "for", "while", "until", "case", "{", "!", "export", "unset", "set", "ulimit", "umask", "trap", ".",
        "source", "eval", ":", "wait", "read", "command", "builtin",
    ]

    private static func needsShell(_ text: String) -> Bool {
        let first = text.prefix { !$0.isWhitespace }
        if shellWords.contains(String(first)) || first.contains("=") { return true }
        var quote: Character?
        var escaped = false
        for character in text {
            if escaped {
                escaped = false
            } else if character == "\\", quote != "'" {
                escaped = true
            } else if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if "|&;<>()\n".contains(character) {
                return true
            }
        }
        return false
    }
}
