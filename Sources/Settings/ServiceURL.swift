/// A checked address of a service. Printing it never shows its user, password or query.
public struct ServiceURL: Equatable, Sendable, CustomStringConvertible {
    /// As configured, secrets included: for the client that connects, for nobody's eyes.
    public let text: String
    public let scheme: String

    /// nil unless the text is `scheme://...` with one of the schemes, a host (or a path for `unix`, or hosts and a master's
    /// name for sentinels) and no blanks.
    public init?(_ text: String, schemes: [String]) {
        guard let marker = Self.schemeEnd(of: text) else { return nil }
        let scheme = String(text[..<marker]).lowercased()
        let rest = text[text.index(marker, offsetBy: 3)...]
        guard schemes.contains(scheme), !text.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F })
        else {
            return nil
        }
        if scheme == "unix" {
            // A user and a password may stand before the path, as redis-py reads it.
            let authority = rest.prefix { $0 != "/" }
            guard authority.isEmpty || authority.last == "@", rest.count > authority.count + 1 else { return nil }
        } else {
            let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            let isSentinel = scheme.hasSuffix("+sentinel")
            let hosts = Self.afterUser(authority).split(
                separator: ",", maxSplits: isSentinel ? .max : 0, omittingEmptySubsequences: false)
            guard hosts.allSatisfy({ Self.isValid(hostPort: $0) }) else { return nil }
            let name = rest.dropFirst(authority.count + 1).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            if isSentinel, name.isEmpty || rest.dropFirst(authority.count).first != "/" { return nil }
        }
        self.text = text
        self.scheme = scheme
    }

    init(unchecked text: String, scheme: String) {
        self.text = text
        self.scheme = scheme
    }

    public var description: String {
        guard let marker = Self.schemeEnd(of: text) else { return scheme + "://" }
        let rest = text[text.index(marker, offsetBy: 3)...].prefix { $0 != "?" && $0 != "#" }
        let authority = rest.prefix { $0 != "/" }
        return scheme + "://" + Self.afterUser(authority) + rest.dropFirst(authority.count)
    }

    private static func schemeEnd(of text: String) -> String.Index? {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { return nil }
        return colon
    }

    private static func afterUser(_ authority: Substring) -> Substring {
        guard let at = authority.lastIndex(of: "@") else { return authority }
        return authority[authority.index(after: at)...]
    }

    private static func isValid(hostPort: Substring) -> Bool {
        var port: Substring = ""
        var host = hostPort
        if hostPort.hasPrefix("[") {
            guard let close = hostPort.firstIndex(of: "]") else { return false }
            host = hostPort[...close]
            let tail = hostPort[hostPort.index(after: close)...]
            guard tail.isEmpty || tail.first == ":" else { return false }
            port = tail.dropFirst()
        } else if let colon = hostPort.firstIndex(of: ":") {
            host = hostPort[..<colon]
            port = hostPort[hostPort.index(after: colon)...]
            guard !port.isEmpty else { return false }
        }
        guard !host.isEmpty, !host.contains(",") else { return false }
        return port.isEmpty || (UInt16(port) ?? 0) > 0
    }
}
