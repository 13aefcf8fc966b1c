internal import CLinux
internal import Glibc

/// A listening TCP socket.
public final class TCPListener: Sendable {
    /// Non-blocking; closed with this object.
    public let descriptor: Int32

    /// - Parameters:
    ///   - host: a numeric address; nil = every address of the machine.
    ///   - backlog: connections that wait to be accepted; the kernel's own limit (net.core.somaxconn) holds as well.
    /// - Throws: ``TCPListenerError``.
    public init(host: String?, port: UInt16, backlog: Int32 = 64) throws(TCPListenerError) {
        let descriptor: Int32
        if let host {
            descriptor = unsafe pulse_listen_tcp(host, port, backlog)
        } else {
            descriptor = pulse_listen_tcp(nil, port, backlog)
        }
        guard descriptor >= 0 else { throw TCPListenerError(errno: errno) }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}

/// Why there is no listening socket, and what to do about it.
public struct TCPListenerError: Error, CustomStringConvertible {
    public let errno: Int32

    public var description: String {
        let cause = unsafe String(cString: strerror(errno))
        switch errno {
        case EADDRINUSE: return "\(cause); another process listens there: stop it or choose another port"
        case EACCES: return "\(cause); ports below 1024 are root's: choose another port"
        case EADDRNOTAVAIL: return "\(cause); no interface of this machine has that address"
        default: return cause
        }
    }
}
