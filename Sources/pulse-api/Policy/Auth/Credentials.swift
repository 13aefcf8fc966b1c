/// Whether whoever asks knows the secret.
enum Credentials {
    enum Verdict: Equatable {
        case good
        case missing
        case wrong
    }

    /// - Parameters:
    ///   - headers: every `Authorization` of the request: `Bearer SECRET`, or the secret alone. Two of them are none, lest
    ///     somebody in between judge another than we.
    static func check(_ headers: [String], secret: String) -> Verdict {
        guard let header = headers.first else { return .missing }
        guard headers.count == 1 else { return .wrong }
        let given = token(in: header)
        if given.isEmpty { return .missing }
        return isEqual(Array(given.utf8), Array(secret.utf8)) ? .good : .wrong
    }

    private static func token(in header: String) -> Substring {
        let text = trimmed(header[...])
        let scheme = "bearer"
        guard text.count > scheme.count, text.prefix(scheme.count).lowercased() == scheme else { return text }
        let rest = text.dropFirst(scheme.count)
        return rest.first == " " || rest.first == "\t" ? trimmed(rest) : text
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }

    /// Takes as long for a guess that is nearly right as for one that is not; only the guess's own length shows.
    static func isEqual(_ given: [UInt8], _ secret: [UInt8]) -> Bool {
        guard !secret.isEmpty else { return false }
        var difference = UInt64(given.count ^ secret.count)
        for (index, byte) in given.enumerated() { difference |= UInt64(byte ^ secret[index % secret.count]) }
        return difference == 0
    }
}
