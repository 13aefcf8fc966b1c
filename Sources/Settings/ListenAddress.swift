/// Where to listen: a numeric address and a port.
public struct ListenAddress: Equatable, Sendable, CustomStringConvertible {
    /// Without brackets; nil = every address of the machine.
    public let host: String?
    public let port: UInt16

    /// "127.0.0.1:9180", "[::1]:9180", ":9180". Names are not resolved: whom one listens to must not depend on a name server.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return nil }
        } else {
            guard host.allSatisfy({ $0.isNumber || $0 == "." }) else { return nil }
            guard host.isEmpty || host.split(separator: ".").compactMap({ UInt8($0) }).count == 4 else { return nil }
        }
        self.host = host.isEmpty ? nil : String(host)
        self.port = port
    }

    /// Whether nobody but this machine can connect.
    public var isLoopback: Bool { host.map(Self.isLoopback) ?? false }

    /// - Parameter host: a numeric address without brackets.
    public static func isLoopback(_ host: String) -> Bool {
        if host.hasPrefix("127.") || host.lowercased().hasPrefix("::ffff:127.") { return true }
        // "::1", "0:0:0:0:0:0:0:1" and whatever lies between.
        return host.contains(":") && !host.contains(".")
            && host.split(separator: ":").last.flatMap { Int($0, radix: 16) } == 1
            && host.split(separator: ":").dropLast().allSatisfy { Int($0, radix: 16) == 0 }
    }

    public var description: String {
        guard let host else { return ":\(port)" }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
