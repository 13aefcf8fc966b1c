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
        let given = token(in: trimmed(Array(header.utf8)[...]))
        if given.isEmpty { return .missing }
        return isEqual(Array(given), Array(secret.utf8)) ? .good : .wrong
    }

    private static func token(in text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let scheme = Array("bearer".utf8)
        guard text.count > scheme.count, text.prefix(scheme.count).map({ $0 | 0x20 }) == scheme else { return text }
        let rest = text.dropFirst(scheme.count)
        return rest.first.map(isBlank) == true ? trimmed(rest) : text
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let text = text.drop(while: isBlank)
        return text.prefix((text.lastIndex { !isBlank($0) } ?? text.startIndex - 1) - text.startIndex + 1)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Takes as long for a guess that is nearly right as for one that is not; only the guess's own length shows.
    static func isEqual(_ given: [UInt8], _ secret: [UInt8]) -> Bool {
        guard !secret.isEmpty else { return false }
        var difference = UInt64(given.count ^ secret.count)
        for (index, byte) in given.enumerated() { difference |= UInt64(byte ^ secret[index % secret.count]) }
        return difference == 0
    }
}
