/// The two names of a document: `canonical`, the payload's `canonical_url`, made exactly as the points written before
/// Pulse have it, and `identity`, from which the point ids come.
///
/// They differ in two things. Identity keeps a fragment that begins with "/" or "!", because there the fragment is the
/// route of a single-page site and two routes are two documents. And it keeps bytes of a query that are no UTF-8, which the
/// canonical form makes one and the same character: pages of a site in another encoding would overwrite each other.
struct CanonicalURL: Equatable {
    let canonical: String
    let identity: String
    /// Host with port, lower case.
    let domain: String

    private static let tracking: Set<String> = [
        "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "gclid", "gclsrc", "fbclid", "msclkid",
        "twclid", "li_fat_id", "mc_cid", "mc_eid", "_hsenc", "_hsmi", "_ga", "_gac", "_gl",
    ]

    init(_ url: String) {
        guard var parts = URLParts(url), ["", "http", "https"].contains(parts.scheme) else {
            canonical = url
            identity = url
            domain = URLParts(url)?.host ?? ""
            return
        }
        parts.authority = parts.userInfo + parts.host
        let query = parts.query
        parts.query = Self.text(of: query, .replaced)
        // An empty parameter part of the last segment ("/a;") is lost by the old product's urlparse, too.
        if parts.path.utf8.last == 0x3B, Self.semicolons(inLastSegmentOf: parts.path) == 1 { parts.path.removeLast() }
        let route = parts.fragment
        parts.fragment = ""
        canonical = parts.text
        parts.query = Self.text(of: query, .kept)
        let isRoute = route.utf8.first == 0x2F || route.utf8.first == 0x21
        identity = isRoute ? parts.text + "#" + route : parts.text
        domain = parts.host.isEmpty ? String(parts.path.prefix { $0 != "/" }) : parts.host
    }

    private static func text(of query: String, _ foreign: QueryString.Foreign) -> String {
        var query = QueryString(query, foreign)
        query.remove { tracking.contains($0.lowercased()) }
        return query.text
    }

    private static func semicolons(inLastSegmentOf path: String) -> Int {
        path.utf8.reversed().prefix { $0 != 0x2F }.count { $0 == 0x3B }
    }
}
