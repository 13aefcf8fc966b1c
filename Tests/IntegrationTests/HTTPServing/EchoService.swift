import CLinux
import Glibc
import HTTPServing
import Synchronization

/// A service on a port of its own that says what it was asked, and counts it. `/hold` waits until ``release()``.
final class EchoService: Sendable {
    let port: UInt16
    let service: HTTPService
    private let listener: TCPListener
    private let record: Record

    private final class Record: Sendable {
        struct Contents {
            var asked: [String] = []
            var isReleased = false
            var held: [CheckedContinuation<Void, Never>] = []
        }
        let contents = Mutex(Contents())
    }

    init(_ limits: HTTPLimits = .patient, backlog: Int32 = 512) throws {
        let listener = try TCPListener(host: "127.0.0.1", port: 0, backlog: backlog)
        let record = Record()
        port = Self.port(of: listener)
        self.listener = listener
        self.record = record
        service = try HTTPService(listener: listener.descriptor, limits: limits) { request in
            record.contents.withLock { $0.asked.append(request.path) }
            if request.path == "/hold" {
                await withCheckedContinuation { continuation in
                    let isReleased = record.contents.withLock { contents in
                        if !contents.isReleased { contents.held.append(continuation) }
                        return contents.isReleased
                    }
                    if isReleased { continuation.resume() }
                }
            }
            let text =
                "\(request.method) \(request.path) x=\(request.header("x") ?? "-") from \(request.peerAddress ?? "-") "
                + "\(request.body.count) bytes"
            return HTTPResponse(status: 200, contentType: "text/plain", body: Array(text.utf8))
        }
    }

    static func port(of listener: TCPListener) -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { address in
            _ = unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe getsockname(listener.descriptor, address, &length)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Paths that were asked for, in order.
    var asked: [String] { record.contents.withLock { $0.asked } }

    func release() {
        let held = record.contents.withLock { contents in
            contents.isReleased = true
            defer { contents.held = [] }
            return contents.held
        }
        for continuation in held { continuation.resume() }
    }
}

extension HTTPLimits {
    /// As the API's, and nothing of it within a test's time.
    static let patient: HTTPLimits = {
        var limits = HTTPLimits()
        limits.deadline = nil
        limits.keepsAlive = true
        limits.connections = 1024
        limits.body = 1 << 20
        limits.bodies = 16 << 20
        limits.headerDeadline = 60_000_000_000
        limits.bodyDeadline = 60_000_000_000
        limits.lingerTime = 60_000_000_000
        return limits
    }()
}
