import Foundation
import Glibc
import Testing

/// Where scripts/install-deps puts what only tests need.
enum ToolFolder {
    static let path =
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/.cache/tools"
}

enum FreePort {
    /// A port that was free a moment ago.
    static func find() throws -> UInt16 {
        let end = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(end) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                let isBound = unsafe bind(end, address, length) == 0
                return unsafe getsockname(end, address, &length) == 0 ? isBound : false
            }
        }
        #expect(isBound)
        return UInt16(bigEndian: address.sin_port)
    }
}
