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

    public var description: String { "redis \(reason) (\(url))" }

    /// The connection is gone or was never there; trying again later may help.
    public var isConnectionLoss: Bool {
        switch cause {
        case .refused, .timedOut, .unknownHost, .noSocket, .reset, .unreachable, .tooManyClients, .notRedis, .closed:
            true
        case .authentication, .permission, .loading, .readOnly, .outOfMemory, .noScript, .unblocked, .reply,
            .unexpectedReply:
            false
        }
    }

    /// Somebody has to change a setting before it can work.
    public var isConfiguration: Bool {
        switch cause {
        case .authentication, .permission, .notRedis: true
        case .refused, .timedOut, .unknownHost, .noSocket, .reset, .unreachable, .tooManyClients, .closed, .loading,
            .readOnly, .outOfMemory, .noScript, .unblocked, .reply, .unexpectedReply:
            false
        }
    }

    private var reason: String {
        switch cause {
        case .refused: "connection refused: nothing listens there; is redis-server running?"
        case .timedOut(let seconds):
            "did not answer within \(seconds) s: the host may be down, a firewall in between, or Redis busy"
        case .unknownHost(let detail): "host name cannot be resolved (\(detail)): check the URL and DNS"
        case .noSocket(let detail):
            "socket cannot be opened (\(detail)): check unixsocket and unixsocketperm in redis.conf"
        case .reset: "connection was closed by the other side: Redis restarted, or a proxy or its idle timeout cut it"
        case .unreachable(let detail): "cannot be reached (\(detail))"
        case .authentication(let detail): "refused our user or password (\(detail)): check the ones in PULSE_REDIS_URL"
        case .permission(let detail): "does not let our user do this (\(detail)): check its ACL"
        case .loading: "is loading its data set and will answer when it is done"
        case .readOnly: "is a read-only replica: point PULSE_REDIS_URL at the master"
        case .outOfMemory(let detail):
            "takes no writes (\(detail)): raise maxmemory, or see its log for why it cannot persist"
        case .tooManyClients: "has as many clients as its maxclients allows"
        case .noScript: "has forgotten a script"
        case .notRedis(let detail):
            "port is served by something that does not speak Redis (\(detail)): check the URL's port"
        case .unblocked: "wait was ended"
        case .reply(let text): "answered an error: \(text)"
        case .unexpectedReply(let what): "answered something unexpected: \(what)"
        case .closed: "connection is closed"
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
