/// A service's reason for everybody's eyes: the cause without the address, which tells how a network is laid out.
enum PublicReason {
    static func text(_ reason: String) -> String {
        var kept = ""
        var rest = reason[...]
        while let open = rest.firstIndex(of: "("), let close = end(of: rest[open...]) {
            let bracket = rest[open...close]
            kept += rest[..<open]
            if !words(bracket).contains(where: isAddress) { kept += bracket }
            rest = rest[rest.index(after: close)...]
        }
        return words(kept + rest).filter { !isAddress($0) }.joined(separator: " ")
    }

    /// Where the bracket closes that the text begins with; nil = nowhere.
    private static func end(of text: Substring) -> Substring.Index? {
        var depth = 0
        for index in text.indices {
            if text[index] == "(" { depth += 1 }
            if text[index] == ")" { depth -= 1 }
            if depth == 0 { return index }
        }
        return nil
    }

    private static func words(_ text: some StringProtocol) -> [String] {
        text.split(whereSeparator: { $0 == " " }).map { String($0) }
    }

    /// A URL, a host with a port, or four numbers.
    private static func isAddress(_ word: String) -> Bool {
        if word.contains("://") { return true }
        let marks: Set<Character> = ["(", ")", ",", ";", ":", ".", "\"", "'"]
        let bare = word.drop(while: marks.contains)
        let core = String(bare.reversed().drop(while: marks.contains).reversed())
        let numbers = core.split(separator: ".", omittingEmptySubsequences: false)
        if numbers.count == 4, numbers.allSatisfy({ UInt8($0) != nil }) { return true }
        guard let colon = core.lastIndex(of: ":"), UInt16(core[core.index(after: colon)...]) != nil else {
            return false
        }
        return core[..<colon].contains { $0.isLetter || $0 == "." || $0 == "]" }
    }
}
