internal import Glibc

/// Looks at an address below any protocol: what its name stands for, whether a connection comes about, what is said on it,
/// and whose certificate is shown. Each question has its own connection.
public actor EndpointInspection {
    private let host: String
    private let port: Int
    private let lookup = HostLookup()
    private nonisolated let executor = ThreadExecutor.dispatch(label: "pulse.inspection")

    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    public init(host: String, port: Int) {
        (self.host, self.port) = (host, port)
    }

    /// Numeric, each once, in the resolver's order.
    public func addresses(within time: Duration) throws(RedisError.Cause) -> [String] {
        var seen: [String] = []
        for address in try lookup.addresses(of: host, port: port, until: TimeLimit(time)) {
            if let text = address.numericHost, !seen.contains(text) { seen.append(text) }
        }
        return seen
    }

    /// Throws unless a connection comes about.
    public func connect(within time: Duration) throws(RedisError.Cause) {
        let limit = TimeLimit(time)
        _ = try StreamSocket.connected(to: lookup.addresses(of: host, port: port, until: limit), until: limit)
    }

    /// The first bytes that come after these were sent; none when nothing comes or the other side hangs up.
    public func answer(to bytes: [UInt8], within time: Duration) throws(RedisError.Cause) -> [UInt8] {
        let limit = TimeLimit(time)
        let addresses = try lookup.addresses(of: host, port: port, until: limit)
        let socket = try StreamSocket.connected(to: addresses, until: limit)
        var buffer = [UInt8](repeating: 0, count: 512)
        do throws(RedisError.Cause) {
            try socket.send(bytes, until: limit)
            let count = try socket.receive(into: &buffer, until: limit)
            return Array(buffer.prefix(count))
        } catch {
            return []
        }
    }

    /// The certificate, believed or not: it is only looked at.
    public func certificate(
        _ options: TLSOptions = TLSOptions(), within time: Duration
    ) throws(RedisError.Cause) -> ServerCertificate? {
        var options = options
        (options.verifiesServer, options.verifiesHost) = (false, false)
        let limit = TimeLimit(time)
        let addresses = try lookup.addresses(of: host, port: port, until: limit)
        let socket = try StreamSocket.connected(to: addresses, until: limit)
        return try TLSSession(over: socket, host: host, options, until: limit).certificate
    }
}

/// What a server shows of itself.
public struct ServerCertificate: Equatable, Sendable {
    /// Until it expires by this machine's clock; negative = it has.
    public var secondsLeft: Int
}

extension SocketAddress {
    /// "10.0.0.7" or "::1"; nil of a Unix socket.
    var numericHost: String? {
        guard family != AF_UNIX else { return nil }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let code = unsafe bytes.withUnsafeBytes { raw in
            guard let start = raw.baseAddress else { return Int32(-1) }
            return unsafe getnameinfo(
                start.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count), &text, socklen_t(text.count), nil,
                0,
                NI_NUMERICHOST)
        }
        guard code == 0 else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
