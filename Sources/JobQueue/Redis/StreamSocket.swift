internal import Glibc

/// A connected stream socket, closed with its last reference. It never blocks by itself: who waits, waits by a limit.
final class StreamSocket {
    private let descriptor: Int32

    private init(family: Int32) throws(RedisError.Cause) {
        let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        descriptor = socket(family, flags, 0)
        guard descriptor >= 0 else { throw .unreachable(Self.words(errno)) }
    }

    deinit { close(descriptor) }

    /// Connects to the first of the addresses that takes us; each gets its share of the time.
    static func connected(to addresses: [SocketAddress], until limit: TimeLimit) throws(RedisError.Cause)
        -> StreamSocket
    {
        var cause = RedisError.Cause.unreachable("it has no address")
        for (index, address) in addresses.enumerated() {
            do throws(RedisError.Cause) {
                let stream = try StreamSocket(family: address.family)
                try stream.connect(to: address, until: limit.share(of: addresses.count - index))
                return stream
            } catch {
                // That a machine has no IPv6 says less than that IPv4 refused.
                if case .unreachable = cause { cause = error }
            }
        }
        throw cause
    }

    private func connect(to address: SocketAddress, until limit: TimeLimit) throws(RedisError.Cause) {
        if address.family != AF_UNIX { noticeDeath() }
        while true {
            let result = unsafe address.bytes.withUnsafeBytes { raw in
                guard let start = raw.baseAddress else { return Int32(-1) }
                return unsafe Glibc.connect(
                    descriptor, start.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
            }
            if result == 0 { return }
            switch errno {
            case EINTR: continue
            case EISCONN: return
            case EINPROGRESS, EALREADY:
                try wait(for: POLLOUT, until: limit)
                let code = option(SOL_SOCKET, SO_ERROR)
                guard code == 0 else { throw cause(of: code, limit) }
                return
            case EAGAIN where address.family == AF_UNIX:
                // Its backlog is full, and a Unix socket is not polled for that.
                guard limit.remaining > .zero else { throw limit.exceeded }
                poll(nil, 0, 10)
            default: throw cause(of: errno, limit)
            }
        }
    }

    /// A peer that vanished without a word - a pulled cable, a firewall that forgot us - is noticed within seconds, also
    /// while nothing is sent.
    private func noticeDeath() {
        set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        set(SOL_SOCKET, SO_KEEPALIVE, 1)
        set(Int32(IPPROTO_TCP), TCP_KEEPIDLE, 5)
        set(Int32(IPPROTO_TCP), TCP_KEEPINTVL, 2)
        set(Int32(IPPROTO_TCP), TCP_KEEPCNT, 3)
        set(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, 10_000)
    }

    /// Sends all of it. SIGPIPE, which would end the process, is not raised.
    func send(_ bytes: [UInt8], until limit: TimeLimit) throws(RedisError.Cause) {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { raw in
                unsafe Glibc.send(
                    descriptor, raw.baseAddress.map { unsafe $0 + sent }, raw.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                sent += count
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: try wait(for: POLLOUT, until: limit)
            default: throw cause(of: errno, limit)
            }
        }
    }

    /// Reads what is there, waiting for at least one byte; 0 = the other side is done.
    func receive(into buffer: inout [UInt8], until limit: TimeLimit) throws(RedisError.Cause) -> Int {
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { raw in
                unsafe recv(descriptor, raw.baseAddress, raw.count, 0)
            }
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN: try wait(for: POLLIN, until: limit)
            default: throw cause(of: errno, limit)
            }
        }
    }

    private func wait(for events: Int32, until limit: TimeLimit) throws(RedisError.Cause) {
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let count = unsafe poll(&entry, 1, limit.milliseconds)
            if count > 0 { return }
            if count == 0 { throw limit.exceeded }
            guard errno == EINTR else { throw .unreachable(Self.words(errno)) }
        }
    }

    private func cause(of code: Int32, _ limit: TimeLimit) -> RedisError.Cause {
        switch code {
        case ECONNREFUSED: .refused
        case ETIMEDOUT: limit.exceeded
        case ECONNRESET, EPIPE, ECONNABORTED: .reset
        case ENOENT, EACCES, EPERM, ENOTSOCK, ENOTDIR, ELOOP, EPROTOTYPE: .noSocket(Self.words(code))
        default: .unreachable(Self.words(code))
        }
    }

    private func set(_ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        // Without it the connection serves all the same.
        unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private func option(_ level: Int32, _ name: Int32) -> Int32 {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(descriptor, level, name, &value, &length) == 0 ? value : errno
    }

    private static func words(_ code: Int32) -> String {
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "errno \(code)"
    }
}
