/// What went wrong between us and Redis, by what can be done about it.
public struct RedisError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Cause: Equatable, Sendable {
        case refused
        case timedOut(seconds: Int)
        case unknownHost(String)
        case noSocket(String)
        case reset
        case unreachable(String)
        case authentication(String)
        case permission(String)
        case loading
        case readOnly
        case outOfMemory(String)
        case tooManyClients
        case noScript
        case notRedis(String)
        case unblocked
        /// Any other error reply; its text is Redis's own.
        case reply(String)
        /// A script of ours answered in a shape it never answers in.
        case unexpectedReply(String)
        case closed
    }

    public var cause: Cause
    /// Without userinfo.
    public var url: String

    public init(_ cause: Cause, url: String) {
        self.cause = cause
        self.url = url
    }

    public var description: String { "redis \(reason) (\(url))" + (remedy.map { ": \($0)" } ?? "") }

    /// What was tried and what came back, without the address.
    public var reason: String {
        switch cause {
        case .refused: "connection refused"
        case .timedOut(let seconds): "did not answer within \(seconds) s"
        case .unknownHost(let detail): "host name not found (\(detail))"
        case .noSocket(let detail): "socket cannot be opened (\(detail))"
        case .reset: "connection was closed by the other side"
        case .unreachable(let detail): "cannot be reached (\(detail))"
        case .authentication(let detail): "refused our user or password (\(detail))"
        case .permission(let detail): "does not let our user do this (\(detail))"
        case .loading: "is loading its data set"
        case .readOnly: "is a read-only replica"
        case .outOfMemory(let detail): "takes no writes (\(detail))"
        case .tooManyClients: "has as many clients as its maxclients allows"
        case .noScript: "has forgotten a script"
        case .notRedis(let detail): "port is served by something that does not speak Redis (\(detail))"
        case .unblocked: "wait was ended"
        case .reply(let text): "answered an error: \(text)"
        case .unexpectedReply(let what): "answered something unexpected: \(what)"
        case .closed: "connection is closed"
        }
    }

    /// What to do about it, where somebody has to.
    public var remedy: String? {
        switch cause {
        case .refused: "nothing listens there: start redis-server, or fix PULSE_REDIS_URL"
        case .timedOut: "the host may be down, a firewall in between, or Redis busy"
        case .unknownHost: "check the host in PULSE_REDIS_URL, and DNS"
        case .noSocket: "check unixsocket and unixsocketperm in redis.conf"
        case .reset: "Redis restarted, or a proxy or its idle timeout cut it"
        case .authentication: "check user and password in PULSE_REDIS_URL"
        case .permission: "check the user's ACL"
        case .loading: "it will answer when it is done"
        case .readOnly: "point PULSE_REDIS_URL at the master"
        case .outOfMemory: "raise maxmemory, or see its log for why it cannot persist"
        case .tooManyClients: "raise maxclients, or find who keeps so many connections"
        case .notRedis: "check the port in PULSE_REDIS_URL"
        case .reply(let text) where text.contains("unknown command"): "Redis 6.2 or newer is needed there"
        case .unreachable, .noScript, .unblocked, .reply, .unexpectedReply, .closed: nil
        }
    }
}

extension RedisError.Cause {
    /// Sorts an error reply by its first word, as Redis intends it to be read.
    static func replyError(_ text: String) -> RedisError.Cause {
        let code = text.prefix { $0 != " " }
        switch code {
        case "NOAUTH", "WRONGPASS": return .authentication(text)
        case "NOPERM": return .permission(text)
        case "LOADING": return .loading
        case "READONLY": return .readOnly
        case "OOM", "MISCONF": return .outOfMemory(text)
        case "NOSCRIPT": return .noScript
        case "UNBLOCKED": return .unblocked
        case "ERR" where text.contains("max number of clients"): return .tooManyClients
        case "ERR" where text.contains("AUTH") || text.contains("invalid password"): return .authentication(text)
        // A script that ran into an error wraps it; the inner code still stands at a word's beginning.
        case "ERR" where text.contains("OOM command not allowed"): return .outOfMemory(text)
        case "ERR" where text.contains("READONLY"): return .readOnly
        default: return .reply(text)
        }
    }
}
