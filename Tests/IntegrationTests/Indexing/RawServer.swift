import Glibc
import Synchronization

/// Accepts on the loopback and answers each connection's first request with bytes of the test's choice, then closes:
/// what no HTTP server can be made to do.
final class RawServer: Sendable {
    let port: UInt16
    private let listener: Int32

    /// - Parameter answer: nil lets the client wait until it goes away.
    convenience init(_ answer: String?) throws {
        try self.init { connection, _ in
            _ = Self.receive(connection)
            if let answer { Self.send(connection, answer) } else { _ = Self.receive(connection) }
        }
    }

    /// - Parameter serve: given each connection and its number from 0; it is closed afterwards.
    init(serve: @escaping @Sendable (Int32, Int) -> Void) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                let result = unsafe bind(listener, pointer, length)
                unsafe getsockname(listener, pointer, &length)
                return result
            }
        }
        guard bound == 0, listen(listener, 16) == 0 else { throw NoListener() }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        Thread.detach { Self.accept(listener, serve) }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    /// What has come, at most 64 KB of it; empty when the client has closed.
    static func receive(_ connection: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = unsafe recv(connection, &bytes, bytes.count, 0)
        return Array(bytes.prefix(max(0, count)))
    }

    static func send(_ connection: Int32, _ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe Glibc.send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private static func accept(_ listener: Int32, _ serve: @Sendable (Int32, Int) -> Void) {
        var number = 0
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            guard connection >= 0 else { break }
            serve(connection, number)
            number += 1
            close(connection)
        }
        close(listener)
    }

    struct NoListener: Error {}
}

/// A plain thread for code that blocks.
enum Thread {
    static func detach(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let box = unsafe Unmanaged.passRetained(Body(body)).toOpaque()
        unsafe pthread_create(
            &thread, nil,
            { context in
                if let context = unsafe context { unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, box)
        pthread_detach(thread)
    }

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
