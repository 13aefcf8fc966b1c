import Glibc
import Synchronization

@testable import JobQueue

/// Stands between a client and Redis on a port of the loopback and fails as networks do.
final class RedisProxy: Sendable {
    enum Fault: Sendable {
        case none
        /// Passes the next command on, and cuts both sides when the answer comes.
        case losesNextReply
        /// Takes what comes and passes nothing on: packets that vanish.
        case swallows
        /// Passes one byte each tenth of a second.
        case trickles
        /// A slow line: 16 KiB each 20 ms.
        case crawls
    }

    private struct State {
        var fault = Fault.none
        var target: RedisAddress
        var ends: Set<Int32> = []
        var accepted = 0
        var isClosed = false
    }

    let port: Int
    private let listener: Int32
    private let state: Mutex<State>

    init(to target: RedisAddress) throws {
        let (socket, port) = try ThreadedServer.bound(to: 0)
        guard listen(socket, 64) == 0 else { throw RawServer.NoListener() }
        (listener, self.port) = (socket, Int(port))
        state = Mutex(State(target: target))
        Thread.detach { [self] in accept() }
    }

    var url: RedisURL { RedisURL(place: .tcp(host: "::1", port: port)) }
    /// Connections so far.
    var accepted: Int { state.withLock { $0.accepted } }

    func fail(by fault: Fault) { state.withLock { $0.fault = fault } }
    /// For connections from now on; those that stand are left.
    func turn(to target: RedisAddress) { state.withLock { $0.target = target } }

    func close() {
        let ends = state.withLock { state in
            state.isClosed = true
            return state.ends
        }
        shutdown(listener, Int32(SHUT_RDWR))
        for end in ends { shutdown(end, Int32(SHUT_RDWR)) }
    }

    private func accept() {
        while case let client = Glibc.accept(listener, nil, nil), client >= 0 {
            let target = state.withLock { state in
                state.accepted += 1
                return state.target
            }
            guard let server = Self.connected(to: target) else {
                Glibc.close(client)
                continue
            }
            let isWanted = state.withLock { state in
                state.ends.formUnion([client, server])
                return !state.isClosed
            }
            guard isWanted else { break }
            Thread.detach { [self] in pump(client, server, areAnswers: false) }
            Thread.detach { [self] in pump(server, client, areAnswers: true) }
        }
        Glibc.close(listener)
    }

    /// Descriptors stay open until both directions are over: a number must not become somebody else's in between.
    private func pump(_ source: Int32, _ sink: Int32, areAnswers: Bool) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = unsafe recv(source, &buffer, buffer.count, 0), count > 0 {
            let fault = state.withLock { state in
                defer { if case .losesNextReply = state.fault, areAnswers { state.fault = .none } }
                return state.fault
            }
            switch fault {
            case .losesNextReply where areAnswers:
                shutdown(sink, Int32(SHUT_RDWR))
                shutdown(source, Int32(SHUT_RDWR))
            case .swallows: continue
            case .crawls where areAnswers:
                for piece in stride(from: 0, to: count, by: 16_384) {
                    usleep(20_000)
                    guard Self.sent(Array(buffer[piece..<min(piece + 16_384, count)]), to: sink) else { break }
                }
            case .trickles where areAnswers:
                for byte in buffer[..<count] {
                    guard Self.sent([byte], to: sink) else { break }
                    usleep(100_000)
                }
            default: if !Self.sent(Array(buffer[..<count]), to: sink) { shutdown(source, Int32(SHUT_RDWR)) }
            }
        }
        shutdown(sink, Int32(SHUT_RDWR))
        state.withLock { state in
            // The second of the two directions closes both.
            if state.ends.remove(source) == nil || !state.ends.contains(sink) {
                Glibc.close(source)
                Glibc.close(sink)
            }
        }
    }

    private static func sent(_ bytes: [UInt8], to end: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe send(end, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func connected(to target: RedisAddress) -> Int32? {
        let address: SocketAddress?
        switch target {
        case .unix(let path): address = try? SocketAddress(path: path)
        case .tcp(let host, let port):
            address = try? SocketAddress.resolving(host: host, port: port, numericOnly: true).first
        }
        guard let address else { return nil }
        let end = socket(address.family, Int32(SOCK_STREAM.rawValue), 0)
        let result = unsafe address.bytes.withUnsafeBytes { raw in
            guard let start = raw.baseAddress else { return Int32(-1) }
            return unsafe connect(end, start.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
        }
        if result == 0 { return end }
        Glibc.close(end)
        return nil
    }
}
