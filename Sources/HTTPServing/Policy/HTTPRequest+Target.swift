extension HTTPRequest {
    /// A target's path: of "http://host/path", which a server has to take as well (RFC 9112, 3.2.2), what stands behind the host.
    static func path(of target: String) -> String {
        for scheme in ["http://", "https://"] where target.utf8.starts(with: scheme.utf8) {
            let rest = target.utf8.dropFirst(scheme.utf8.count).drop { $0 != UInt8(ascii: "/") }
            return rest.isEmpty ? "/" : String(Substring(rest))
        }
        return target
    }
}
