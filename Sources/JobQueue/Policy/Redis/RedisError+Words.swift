extension RedisError.Cause {
    public var reason: String {
        switch self {
        case .refused: "connection refused"
        case .timedOut(let seconds): "did not answer within \(seconds) s"
        case .unknownHost(let detail): "host name not found (\(detail))"
        case .noSocket(let detail): "socket cannot be opened (\(detail))"
        case .reset: "connection was closed by the other side"
        case .hungUp: "port closes each connection without an answer"
        case .unreachable(let detail): "cannot be reached (\(detail))"
        case .encryption(let detail): "connection cannot be encrypted (\(detail))"
        case .noSentinel(let failures):
            "has no sentinel that answers ("
                + failures.map { "\($0.sentinel): \($0.cause.reason)" }.joined(separator: "; ") + ")"
        case .unknownMaster(let name, let sentinels):
            "master \"\(name)\" is unknown to the sentinels (\(sentinels.joined(separator: ", ")))"
        case .failingOver(let named): "has a failover going on (sentinels name \(named), which is a replica)"
        case .authentication(let detail): "refused our user or password (\(detail))"
        case .permission(let detail): "does not let our user do this (\(detail))"
        case .protectedMode: "is in protected mode and takes connections of its own machine only"
        case .loading: "is loading its data set"
        case .readOnly: "is a read-only replica"
        case .tooFewReplicas: "takes no writes (NOREPLICAS: too few replicas follow it)"
        case .outOfMemory(let detail): "takes no writes (\(detail))"
        case .cannotPersist(let detail): "takes no writes (\(detail))"
        case .tooManyClients: "has as many clients as its maxclients allows"
        case .noScript: "has forgotten a script"
        case .notRedis(let detail): "port is served by something that does not speak Redis (\(detail))"
        case .unblocked: "wait was ended"
        case .reply(let text): "answered an error: \(text)"
        case .unexpectedReply(let what): "answered something unexpected: \(what)"
        case .closed: "connection is closed"
        }
    }

    var remedy: String? {
        switch self {
        case .refused: "nothing listens there: start redis-server, or fix PULSE_REDIS_URL"
        case .timedOut: "the host may be down, a firewall in between, or Redis busy"
        case .unknownHost: "check the host in PULSE_REDIS_URL, and DNS"
        case .noSocket: "check unixsocket and unixsocketperm in redis.conf"
        case .reset: "Redis restarted, or a proxy or its idle timeout cut it"
        case .hungUp:
            "check the port in PULSE_REDIS_URL; a proxy may have nothing behind it, or the port want rediss://"
        case .encryption: "check that the port speaks TLS, and ca, cert, key and verify in PULSE_REDIS_URL"
        case .noSentinel: "start a sentinel, or fix the addresses in PULSE_REDIS_URL"
        case .unknownMaster: "check the name in PULSE_REDIS_URL against 'sentinel monitor' in sentinel.conf"
        case .failingOver: "it ends by itself; if not, ask a sentinel: SENTINEL master"
        case .authentication: "check user and password in PULSE_REDIS_URL"
        case .permission: "check the user's ACL"
        case .protectedMode: "set a password and a bind address in redis.conf"
        case .loading: "it will answer when it is done"
        case .readOnly: "point PULSE_REDIS_URL at the master"
        case .tooFewReplicas: "start its replicas, or lower min-replicas-to-write"
        case .outOfMemory: "raise maxmemory"
        case .cannotPersist: "see Redis's log for why it cannot write its disk"
        case .tooManyClients: "raise maxclients, or find who keeps so many connections"
        case .notRedis: "check the port in PULSE_REDIS_URL; a TLS port wants rediss://"
        case .reply(let text) where text.contains("unknown command"): "Redis 6.2 or newer is needed there"
        case .unreachable, .noScript, .unblocked, .reply, .unexpectedReply, .closed: nil
        }
    }

    /// Sorts an error reply by its first word, as Redis intends it to be read.
    static func replyError(_ text: String) -> RedisError.Cause {
        let code = text.prefix { $0 != " " }
        switch code {
        case "NOAUTH", "WRONGPASS": return .authentication(text)
        case "NOPERM": return .permission(text)
        case "DENIED": return .protectedMode
        case "LOADING": return .loading
        // A replica that has lost its master says the latter, where it serves no stale data.
        case "READONLY", "MASTERDOWN": return .readOnly
        case "NOREPLICAS": return .tooFewReplicas
        case "OOM": return .outOfMemory(text)
        case "MISCONF": return .cannotPersist(text)
        case "NOSCRIPT": return .noScript
        case "UNBLOCKED": return .unblocked
        case "ERR" where text.contains("max number of clients"): return .tooManyClients
        case "ERR" where text.contains("AUTH") || text.contains("invalid password"): return .authentication(text)
        // A script that ran into an error wraps it; the inner code still stands at a word's beginning.
        case "ERR" where text.contains("OOM command not allowed"): return .outOfMemory(text)
        case "ERR" where text.contains("MISCONF"): return .cannotPersist(text)
        case "ERR" where text.contains("READONLY"): return .readOnly
        case "ERR" where text.contains("NOREPLICAS"): return .tooFewReplicas
        case "ERR" where text.contains("ACL failure in script") || text.contains("executing the script can't"):
            return .permission(text)
        default: return .reply(text)
        }
    }
}
