internal import CLinux
internal import Glibc

/// Connections that were refused in the middle of a request: all is said, but what they still send is read and dropped for a
/// while. To close a socket with unread bytes in it is to reset the connection, and the client loses the answer with it.
final class LingeringSockets {
    private struct Entry {
        var until: UInt64
        var bytesLeft: Int
    }

    private let epoll: Int32
    private let limits: HTTPLimits
    private var entries: [Int32: Entry] = [:]

    /// - Parameter epoll: reports those that have something to read.
    init(epoll: Int32, limits: HTTPLimits) {
        self.epoll = epoll
        self.limits = limits
    }

    deinit { for descriptor in entries.keys { close(descriptor) } }

    var isEmpty: Bool { entries.isEmpty }
    var deadline: UInt64? { entries.values.map(\.until).min() }

    /// Keeps a socket open that its owner is about to close.
    func keep(_ descriptor: Int32, now: UInt64) {
        if entries.count >= limits.connections, let oldest = entries.min(by: { $0.value.until < $1.value.until }) {
            drop(oldest.key)
        }
        let copy = pulse_duplicate_above(descriptor, 3)
        guard copy >= 0 else { return }
        shutdown(copy, Int32(SHUT_WR))
        entries[copy] = Entry(until: now + limits.lingerTime, bytesLeft: limits.lingerBytes)
        if pulse_epoll_add(epoll, copy) < 0 { drop(copy) }
    }

    func turn(now: UInt64) {
        var ready = [Int32](repeating: -1, count: 64)
        let count = unsafe pulse_epoll_ready(epoll, &ready, Int32(ready.count))
        for descriptor in ready.prefix(Int(count)) where entries[descriptor] != nil { read(descriptor) }
        for (descriptor, entry) in entries where now >= entry.until { drop(descriptor) }
    }

    private func read(_ descriptor: Int32) {
        var room = [UInt8](repeating: 0, count: 64 * 1024)
        for _ in 0..<16 {
            guard let left = entries[descriptor]?.bytesLeft else { return }
            let count = unsafe recv(descriptor, &room, room.count, Int32(MSG_DONTWAIT))
            if count < 0 {
                if errno != EAGAIN && errno != EINTR { drop(descriptor) }
                return
            }
            if count == 0 || count >= left { return drop(descriptor) }
            entries[descriptor]?.bytesLeft = left - count
        }
    }

    private func drop(_ descriptor: Int32) {
        entries[descriptor] = nil
        pulse_epoll_remove(epoll, descriptor)
        close(descriptor)
    }
}
