internal import Glibc

/// An address of the kernel's, as connect(2) takes it.
struct SocketAddress {
    let family: Int32
    let bytes: [UInt8]

    init(family: Int32, bytes: [UInt8]) {
        self.family = family
        self.bytes = bytes
    }

    /// Of a Unix socket; the kernel's structure holds 107 bytes of path.
    init(path: String) throws(RedisError.Cause) {
        let text = Array(path.utf8)
        var address = sockaddr_un()
        let room = MemoryLayout.size(ofValue: address.sun_path) - 1
        guard text.count <= room else { throw .noSocket("its path is longer than \(room) bytes") }
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: text) }
        family = AF_UNIX
        bytes = unsafe withUnsafeBytes(of: address) { unsafe Array($0) }
    }

    /// What the resolver has for a host. It can take half a minute, which is its own affair: see ``HostLookup``.
    static func resolving(host: String, port: Int, numericOnly: Bool) throws(RedisError.Cause) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV | (numericOnly ? AI_NUMERICHOST : 0)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, "\(port)", &hints, &list)
        guard code == 0 else {
            let words =
                code == EAI_SYSTEM ? unsafe strerror(errno) : unsafe UnsafeMutablePointer(mutating: gai_strerror(code))
            throw .unknownHost(unsafe words.map { unsafe String(cString: $0) } ?? "code \(code)")
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let start = unsafe UnsafeRawPointer(entry.pointee.ai_addr) {
                let bytes = unsafe Array(UnsafeRawBufferPointer(start: start, count: Int(entry.pointee.ai_addrlen)))
                addresses.append(SocketAddress(family: unsafe entry.pointee.ai_family, bytes: bytes))
            }
            unsafe next = unsafe entry.pointee.ai_next
        }
        return addresses
    }
}
