import Glibc

/// The address of a listening TCP socket, as one that connects to it needs it.
struct OwnAddress: Sendable {
    private var storage = sockaddr_storage()
    private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    /// Nobody but this machine can connect.
    let isLoopback: Bool

    /// nil for what is no listening TCP socket.
    init?(of descriptor: Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var listens: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0, listens == 1 else {
            return nil
        }
        let known = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        guard known == 0 else { return nil }
        switch Int32(storage.ss_family) {
        case AF_INET: isLoopback = Self.localized4(&storage)
        case AF_INET6: isLoopback = Self.localized6(&storage)
        default: return nil
        }
        self.storage = storage
        self.length = length
    }

    /// Every address of the machine means: reach it by the loopback's.
    private static func localized4(_ storage: inout sockaddr_storage) -> Bool {
        unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                let number = unsafe UInt32(bigEndian: address.pointee.sin_addr.s_addr)
                if number == 0 { unsafe address.pointee.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian }
                return number >> 24 == 127
            }
        }
    }

    private static func localized6(_ storage: inout sockaddr_storage) -> Bool {
        unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                let bytes = unsafe withUnsafeBytes(of: address.pointee.sin6_addr) { unsafe Array($0) }
                let loopback = [UInt8](repeating: 0, count: 15) + [1]
                if bytes.allSatisfy({ $0 == 0 }) { unsafe address.pointee.sin6_addr = in6addr_loopback }
                return bytes == loopback || bytes.starts(with: [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 127])
            }
        }
    }

    /// Connects, sends, and gives the beginning of what comes back. Blocks, for at most `seconds` at each step.
    func exchange(_ request: String, within seconds: Int) -> String? {
        let end = socket(Int32(storage.ss_family), Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard end >= 0 else { return nil }
        defer { close(end) }
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(end, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        unsafe setsockopt(end, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        var target = storage
        let connected = unsafe withUnsafePointer(to: &target) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(end, $0, length) }
        }
        let bytes = Array(request.utf8)
        guard connected == 0, unsafe send(end, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            return nil
        }
        var answer = [UInt8](repeating: 0, count: 64)
        let count = unsafe recv(end, &answer, answer.count, 0)
        return count > 0 ? String(decoding: answer[..<count], as: UTF8.self) : nil
    }
}
