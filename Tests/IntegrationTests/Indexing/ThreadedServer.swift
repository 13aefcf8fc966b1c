import Glibc
import Synchronization

/// HTTP/1.1 on plain threads, one for each connection: it answers in time however busy other tests keep Swift's pool.
final class ThreadedServer: Sendable {
    typealias Call = ScriptedService.Call
    typealias Answer = ScriptedService.Answer

    private struct State {
        var stopped = false
        var connections: Set<Int32> = []
    }

    private let listener: Int32
    private let state = Mutex(State())
    private let answer: @Sendable (Call) -> Answer

    /// - Parameter socket: bound and listening; it becomes the server's.
    init(on socket: Int32, _ answer: @escaping @Sendable (Call) -> Answer) {
        listener = socket
        self.answer = answer
        Thread.detach { [self] in accept() }
    }

    /// A socket of the loopback; port 0 = any that is free.
    static func bound(to port: UInt16) throws -> (socket: Int32, port: UInt16) {
        let end = socket(AF_INET6, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var on: Int32 = 1
        unsafe setsockopt(end, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        address.sin6_port = port.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                let result = unsafe bind(end, pointer, length)
                unsafe getsockname(end, pointer, &length)
                return result
            }
        }
        guard bound == 0 else { throw RawServer.NoListener() }
        return (end, UInt16(bigEndian: address.sin6_port))
    }

    /// From now on connections are refused; open ones are cut.
    func stop() {
        state.withLock { state in
            guard !state.stopped else { return }
            state.stopped = true
            shutdown(listener, Int32(SHUT_RDWR))
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    private func accept() {
        while case let connection = Glibc.accept(listener, nil, nil), connection >= 0 {
            let accepted = state.withLock { $0.stopped ? false : $0.connections.insert(connection).inserted }
            guard accepted else {
                close(connection)
                continue
            }
            Thread.detach { [self] in serve(connection) }
        }
        close(listener)
    }

    private func serve(_ connection: Int32) {
        var input: [UInt8] = []
        while let call = Self.read(from: connection, &input) {
            let answer = answer(call)
            guard Self.send(Self.bytes(of: answer), to: connection), answer.form == .whole else { break }
        }
        // Under the lock, so that `stop` never meets a descriptor that is somebody else's by then.
        state.withLock { state in
            state.connections.remove(connection)
            close(connection)
        }
    }

    private static func read(from connection: Int32, _ input: inout [UInt8]) -> Call? {
        var scanned = 0
        while true {
            if let end = headEnd(input, from: scanned) {
                let lines = String(decoding: input[..<end], as: UTF8.self).split(separator: "\r\n")
                input.removeFirst(end + 4)
                return call(lines, connection, &input)
            }
            scanned = max(0, input.count - 3)
            guard receive(connection, &input) else { return nil }
        }
    }

    private static func headEnd(_ input: [UInt8], from start: Int) -> Int? {
        guard input.count >= 4 else { return nil }
        return (start...input.count - 4).first { input[$0..<$0 + 4] == [13, 10, 13, 10] }
    }

    private static func call(_ lines: [Substring], _ connection: Int32, _ input: inout [UInt8]) -> Call? {
        let request = (lines.first ?? "").split(separator: " ")
        guard request.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers[line[..<colon].lowercased()] = String(value)
        }
        if headers["expect"] != nil { _ = send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), to: connection) }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while input.count < length { guard receive(connection, &input) else { return nil } }
        let target = request[1].split(separator: "?", maxSplits: 1)
        defer { input.removeFirst(length) }
        return Call(
            method: String(request[0]), path: String(target.first ?? "/"),
            query: target.count > 1 ? String(target[1]) : "", headers: headers, body: Array(input.prefix(length)))
    }

    private static func receive(_ connection: Int32, _ input: inout [UInt8]) -> Bool {
        var piece = [UInt8](repeating: 0, count: 65536)
        let count = unsafe recv(connection, &piece, piece.count, 0)
        guard count > 0 else { return false }
        input += piece[..<count]
        return true
    }

    private static func bytes(of answer: Answer) -> [UInt8] {
        if answer.form == .bare { return answer.body }
        var head = "HTTP/1.1 \(answer.status) Scripted\r\nContent-Type: \(answer.type)\r\n"
        for (name, value) in answer.headers { head += "\(name): \(value)\r\n" }
        let length = answer.body.count + (answer.form == .cut ? 1 : 0)
        return Array("\(head)Content-Length: \(length)\r\n\r\n".utf8) + answer.body
    }

    private static func send(_ bytes: [UInt8], to connection: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let rest = Array(bytes[sent...])
            let count = unsafe Glibc.send(connection, rest, rest.count, Int32(MSG_NOSIGNAL))
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
