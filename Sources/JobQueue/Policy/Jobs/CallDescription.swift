/// RQ's `description` of a job: the call as Python would print it, each argument cut at 75 characters.
enum CallDescription {
    static let argumentLimit = 75

    static func text(of call: JobCall) -> String {
        let positional = call.arguments.map { cut(repr($0)) }
        let named = call.keywordArguments.map { "\($0.key)=\(cut(repr($0.value)))" }.sorted()
        return "\(call.function)(\((positional + named).joined(separator: ", ")))"
    }

    private static func cut(_ text: String) -> String {
        text.unicodeScalars.count > argumentLimit
            ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(argumentLimit))) + "..." : text
    }

    /// Python's `repr`, as far as the cut lets anybody see it.
    static func repr(_ value: PickleValue) -> String {
        switch value {
        case .none: "None"
        case .bool(let flag): flag ? "True" : "False"
        case .int(let number): String(number)
        case .double(let number): String(number)
        case .string(let text): quoted(text.unicodeScalars.prefix(2 * argumentLimit))
        case .bytes(let bytes): "b" + quoted(bytes.prefix(2 * argumentLimit).map { Unicode.Scalar($0) })
        case .list(let items): "[" + items.prefix(argumentLimit).map(repr).joined(separator: ", ") + "]"
        case .tuple(let items):
            "(" + items.prefix(argumentLimit).map(repr).joined(separator: ", ") + (items.count == 1 ? ",)" : ")")
        case .dict(let entries):
            "{"
                + entries.prefix(argumentLimit).map { "\(repr(.string($0.key))): \(repr($0.value))" }.joined(
                    separator: ", ") + "}"
        }
    }

    private static func quoted(_ scalars: some Collection<Unicode.Scalar>) -> String {
        let quote: Unicode.Scalar = scalars.contains("'") && !scalars.contains("\"") ? "\"" : "'"
        var text = String.UnicodeScalarView([quote])
        for scalar in scalars {
            switch scalar {
            case "\\", quote: text.append(contentsOf: ["\\", scalar])
            case "\n": text.append(contentsOf: "\\n".unicodeScalars)
            case "\r": text.append(contentsOf: "\\r".unicodeScalars)
            case "\t": text.append(contentsOf: "\\t".unicodeScalars)
            case _ where scalar.value < 0x20 || (0x7f...0xa0).contains(scalar.value):
                let hex = String(scalar.value, radix: 16)
                text.append(contentsOf: "\\x\(hex.count < 2 ? "0" : "")\(hex)".unicodeScalars)
            default: text.append(scalar)
            }
        }
        text.append(quote)
        return String(text)
    }
}
