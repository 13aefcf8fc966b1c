import Glibc
import Synchronization

/// Sends `sd_notify` datagrams without ever waiting.
///
/// libsystemd's own `sd_notify()` blocks for ever once a stalled reader's queue is full; here such a message is dropped and
/// counted. A message that matters is said again with the next report. Safe from any thread.
public final class NotifySender: Sendable {
    private let socket: Int32
    private let address: sockaddr_un
    private let length: socklen_t
    private let drops = Atomic<Int>(0)
    /// How many messages were not taken.
    public var dropped: Int { drops.load(ordering: .relaxed) }

    /// nil when there is nobody to tell: no path, one that is neither absolute nor abstract (`@...`), one too long for a
    /// socket address (107 bytes), or no descriptor left.
    public init?(path: String?) {
        guard let path, path.hasPrefix("/") || path.hasPrefix("@"), path.utf8.count > 1, path.utf8.count <= 107 else {
            return nil
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        // An abstract name ends with its length, a path with a zero byte.
        let end = bytes[0] == 0 ? bytes.count : bytes.count + 1
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        self.address = address
        self.length = socklen_t(MemoryLayout<sa_family_t>.size + end)
        self.socket = descriptor
    }

    deinit { close(socket) }

    /// - Returns: whether the datagram was taken; false = dropped (nobody listens, or its queue is full).
    @discardableResult
    public func send(_ text: String) -> Bool {
        var target = address
        let size = length
        let descriptor = socket
        var bytes = Array(text.utf8)
        let sent = unsafe withUnsafePointer(to: &target) { target in
            unsafe target.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                unsafe sendto(
                    descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL), target, size)
            }
        }
        if sent < 0 { drops.add(1, ordering: .relaxed) }
        return sent >= 0
    }
}
