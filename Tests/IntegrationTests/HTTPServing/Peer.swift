import CLinux
import Glibc

/// One TCP connection, to say exactly what a test wants said. Every call waits on a thread of its own and is bounded.
final class Peer: Sendable {
    let descriptor: Int32

    init(port: UInt16) throws {
        descriptor = try Self.connect(port: port)
    }

    deinit { close(descriptor) }

    static func connect(port: UInt16) throws -> Int32 {
        let end = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            unsafe setsockopt(end, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe Glibc.connect(end, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            let cause = errno
            close(end)
            throw Refused(errno: cause)
        }
        return end
    }

    struct Refused: Error { let errno: Int32 }

    /// - Returns: whether all of it was taken.
    @discardableResult func send(_ text: String) async -> Bool { await send(Array(text.utf8)) }

    @discardableResult func send(_ bytes: [UInt8]) async -> Bool {
        await Thread.run { [self] in
            var sent = 0
            while sent < bytes.count {
                let count = unsafe bytes[sent...].withUnsafeBytes { room in
                    unsafe Glibc.send(descriptor, room.baseAddress, room.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }

    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// One whole answer; nil when the connection ends first.
    func answer(toHead: Bool = false) async -> Answer? {
        await Thread.run { [self] in
            var bytes: [UInt8] = []
            while Answer.headEnd(bytes) == nil {
                guard let byte = receive(1) else { return nil }
                bytes += byte
            }
            guard var answer = Answer(head: bytes) else { return nil }
            while !toHead, answer.status >= 200, answer.body.utf8.count < answer.length {
                guard let more = receive(answer.length - answer.body.utf8.count) else { return nil }
                answer.body += String(decoding: more, as: UTF8.self)
            }
            return answer
        }
    }

    /// Everything until the connection ends.
    func rest() async -> String {
        await Thread.run { [self] in
            var bytes: [UInt8] = []
            while let more = receive(65536) { bytes += more }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    private func receive(_ most: Int) -> [UInt8]? {
        var room = [UInt8](repeating: 0, count: min(most, 65536))
        let count = unsafe recv(descriptor, &room, room.count, 0)
        return count > 0 ? Array(room.prefix(count)) : nil
    }

    struct Answer: Sendable {
        var status: Int
        var head: String
        var body = ""
        var length = 0

        init?(head bytes: [UInt8]) {
            head = String(decoding: bytes, as: UTF8.self)
            guard let status = head.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
            self.status = status
            length = header("content-length").flatMap { Int($0) } ?? 0
        }

        func header(_ name: String) -> String? {
            head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
                .map { String($0.drop { $0 != ":" }.dropFirst().drop { $0 == " " }) }
        }

        static func headEnd(_ bytes: [UInt8]) -> Int? {
            bytes.count >= 4 && bytes.suffix(4) == [13, 10, 13, 10] ? bytes.count : nil
        }
    }
}

extension Thread {
    /// The answer of code that blocks.
    static func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            detach { continuation.resume(returning: body()) }
        }
    }
}
