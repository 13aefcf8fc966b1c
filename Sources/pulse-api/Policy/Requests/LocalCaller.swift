/// Without a secret everybody on this machine may call - but no web page that somebody here looks at.
///
/// A page can make the browser send requests to this machine. Under a name of its own that it points here (DNS rebinding)
/// it could even read the answers; that name then stands in `Host`. What it sends elsewhere without asking first cannot be
/// `application/json`.
enum LocalCaller {
    /// `Host` names this machine.
    static func isLocal(host: String?) -> Bool {
        guard let host, host.isASCII else { return false }
        var name = host[...]
        if name.hasPrefix("[") {
            guard let end = name.firstIndex(of: "]") else { return false }
            let rest = name[name.index(after: end)...]
            return isPort(rest) && name[...end] == "[::1]"
        }
        if let colon = name.firstIndex(of: ":") {
            guard isPort(name[colon...]) else { return false }
            name = name[..<colon]
        }
        if name.lowercased() == "localhost" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || (text.first == ":" && UInt16(text.dropFirst()) != nil)
    }
}
