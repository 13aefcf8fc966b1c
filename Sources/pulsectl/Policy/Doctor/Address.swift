extension Address {
    /// - Parameter url: `scheme://host[:port][/...]`, already without secrets.
    init(url: String) {
        self.init(shown: url)
        guard let mark = url.firstRange(of: "://") else { return }
        isEncrypted = url.hasPrefix("https") || url.hasPrefix("rediss")
        var authority = url[mark.upperBound...].prefix { $0 != "/" }
        port = isEncrypted ? 443 : 80
        if authority.first == "[", let end = authority.firstIndex(of: "]") {
            host = String(authority[..<end].dropFirst())
            authority = authority[authority.index(after: end)...]
            if authority.first == ":" { port = Int(authority.dropFirst()) ?? port }
        } else {
            let parts = authority.split(separator: ":", maxSplits: 1)
            host = parts.first.map(String.init) ?? ""
            if parts.count == 2 { port = Int(parts[1]) ?? port }
        }
    }
}
