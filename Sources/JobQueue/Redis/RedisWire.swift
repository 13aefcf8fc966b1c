/// A connection's bytes: commands out, replies in, within a limit. What fails on it is over; there is no second try.
final class RedisWire {
    private let socket: StreamSocket
    private let tls: TLSSession?
    private let reader: ReplyReader
    private var buffer = [UInt8](repeating: 0, count: 16 << 10)
    private var hasAnswered = false

    /// Two megabits a second: what is slower is as good as silent.
    private static let microsecondsPerByte = 4

    /// - Parameter tls: nil = not encrypted.
    init(
        to address: RedisAddress, tls options: TLSOptions?, lookup: HostLookup, until limit: TimeLimit
    ) throws(RedisError.Cause) {
        reader = try ReplyReader()
        switch address {
        case .unix(let path):
            socket = try StreamSocket.connected(to: [SocketAddress(path: path)], until: limit)
            tls = nil
        case .tcp(let host, let port):
            let addresses = try lookup.addresses(of: host, port: port, until: limit)
            socket = try StreamSocket.connected(to: addresses, until: limit)
            if let options {
                tls = try TLSSession(over: socket, host: host, options, until: limit)
            } else {
                tls = nil
            }
        }
    }

    /// Sends commands in one go and reads as many replies.
    func exchange(_ commands: [RedisCommand], until limit: TimeLimit) throws(RedisError.Cause) -> [RedisReply] {
        do throws(RedisError.Cause) {
            try send(commands.flatMap(\.encoded), until: limit)
        } catch  where error == .reset {
            throw refusal(until: limit) ?? error
        }
        var replies: [RedisReply] = []
        while replies.count < commands.count {
            do throws(RedisError.Cause) {
                replies.append(try reply(until: limit))
            } catch  where error == .reset {
                if case .error(let text)? = replies.last, RedisError.Cause.replyError(text).endsConnection {
                    throw .replyError(text)
                }
                throw error
            }
        }
        return replies
    }

    /// A server that turns us away says why before it hangs up: in Redis's words or in TLS's.
    private func refusal(until limit: TimeLimit) -> RedisError.Cause? {
        do throws(RedisError.Cause) {
            guard case .error(let text) = try reply(until: limit) else { return nil }
            return .replyError(text)
        } catch {
            if case .encryption = error { return error }
            return nil
        }
    }

    /// What comes without being asked for; nil when nothing did in time.
    func next(until limit: TimeLimit) throws(RedisError.Cause) -> RedisReply? {
        do throws(RedisError.Cause) {
            return try reply(until: limit)
        } catch {
            if case .timedOut = error, limit.remaining == .zero { return nil }
            throw error
        }
    }

    private func reply(until limit: TimeLimit) throws(RedisError.Cause) -> RedisReply {
        var limit = limit
        while true {
            if let reply = try reader.next() {
                hasAnswered = true
                return reply
            }
            let count: Int
            do throws(RedisError.Cause) {
                count = try receive(until: limit)
            } catch  where error == .reset {
                count = 0
            }
            guard count > 0 else { throw hasAnswered ? .reset : .hungUp }
            try reader.feed(buffer[..<count])
            // Megabytes take their time on a slow line, and would take it again at every further attempt. Bytes that come one
            // by one keep each wait short and the whole without end.
            limit.extend(by: .microseconds(count * Self.microsecondsPerByte))
            if limit.remaining == .zero { throw limit.exceeded }
        }
    }

    private func receive(until limit: TimeLimit) throws(RedisError.Cause) -> Int {
        if let tls { return try tls.receive(into: &buffer, until: limit) }
        return try socket.receive(into: &buffer, until: limit)
    }

    private func send(_ bytes: [UInt8], until limit: TimeLimit) throws(RedisError.Cause) {
        if let tls { try tls.send(bytes, until: limit) } else { try socket.send(bytes, until: limit) }
    }
}
