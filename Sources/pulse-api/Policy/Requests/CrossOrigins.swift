/// Which web pages of other origins may call (CORS). None, unless somebody says so.
struct CrossOrigins: Equatable, Sendable {
    /// In lower case: "https://app.example.com"; "*" = all.
    let allowed: [String]

    private static let longestList = 1024
    /// A host's name has 253 bytes at most.
    private static let longestOrigin = 300

    /// The headers that let this origin's pages read the answer.
    func headers(for origin: String?) -> [(name: String, value: String)] {
        guard let origin, !allowed.isEmpty else { return [] }
        if allowed.contains("*") {
            return [("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", RequestID.header)]
        }
        // Whether or not it is allowed: a cache must not show one origin's answer to another.
        let vary = ("Vary", "Origin")
        guard origin.utf8.count <= Self.longestOrigin, allowed.contains(origin.lowercased()) else { return [vary] }
        return [
            ("Access-Control-Allow-Origin", origin), ("Access-Control-Expose-Headers", RequestID.header), vary,
        ]
    }

    /// What a preflight is answered with; nil when it is none, or nobody may call from elsewhere.
    func preflight(
        method: String, origin: String?, asks: String?, wants: String?
    ) -> (isAllowed: Bool, headers: [(name: String, value: String)])? {
        guard method == "OPTIONS", !allowed.isEmpty, let origin, asks != nil else { return nil }
        var headers = headers(for: origin)
        guard headers.contains(where: { $0.name == "Access-Control-Allow-Origin" }) else { return (false, headers) }
        headers.append(("Access-Control-Allow-Methods", "GET, HEAD, POST"))
        headers.append(("Access-Control-Max-Age", "600"))
        if let wants, wants.utf8.count <= Self.longestList, wants.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
            headers.append(("Access-Control-Allow-Headers", wants))
        }
        return (true, headers)
    }
}
