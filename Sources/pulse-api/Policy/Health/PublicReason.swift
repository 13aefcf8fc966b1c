/// A service's reason for everybody's eyes: the cause without the address, which tells how a network is laid out.
enum PublicReason {
    static func text(_ reason: String) -> String {
        var kept = ""
        var rest = reason[...]
        while let open = rest.firstIndex(of: "(") {
            kept += rest[..<open]
            rest = rest[open...]
            guard let close = rest.firstIndex(of: ")") else { break }
            let bracket = rest[...close]
            if !bracket.contains("://") { kept += bracket }
            rest = rest[rest.index(after: close)...]
        }
        let words = (kept + rest).split(separator: " ").filter { !$0.contains("://") }
        return words.joined(separator: " ")
    }
}
