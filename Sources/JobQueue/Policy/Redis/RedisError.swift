/// What went wrong between us and Redis, by what can be done about it.
public struct RedisError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Cause: Error, Equatable, Sendable {
        case refused
        case timedOut(seconds: Int)
        case unknownHost(String)
        case noSocket(String)
        case reset
        /// The other side took the connection and hung up before it had said a word.
        case hungUp
        case unreachable(String)
        case encryption(String)
        case noSentinel([SentinelFailure])
        case unknownMaster(name: String, sentinels: [String])
        /// Sentinels name a server that is not a master (yet, or any more).
        case failingOver(named: String)
        case authentication(String)
        case permission(String)
        case protectedMode
        case loading
        case readOnly
        /// A master that its replicas do not hear (`min-replicas-to-write`): behind sentinels there may be another one by now.
        case tooFewReplicas
        case outOfMemory(String)
        case cannotPersist(String)
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

    /// Why one sentinel was of no help.
    public struct SentinelFailure: Equatable, Sendable {
        public var sentinel: String
        public var cause: Cause

        public init(sentinel: String, cause: Cause) {
            self.sentinel = sentinel
            self.cause = cause
        }
    }

    public var cause: Cause
    /// Without userinfo; behind sentinels with the master they named, once known.
    public var url: String

    public init(_ cause: Cause, url: String) {
        self.cause = cause
        self.url = url
    }

    public var description: String { "redis \(reason) (\(url))" + (remedy.map { ": \($0)" } ?? "") }

    /// What was tried and what came back, without the address.
    public var reason: String { cause.reason }

    /// What to do about it, where somebody has to.
    public var remedy: String? { cause.remedy }
}

extension RedisError.Cause {
    /// Nothing changes by trying again until somebody has changed a password, a user or a right.
    public var needsPerson: Bool {
        switch self {
        case .authentication, .permission: true
        case .noSentinel(let failures): !failures.isEmpty && failures.allSatisfy { $0.cause.needsPerson }
        default: false
        }
    }

    /// Redis is there and serves others; it refused this very command, and may do what else we ask for.
    public var isRefusal: Bool {
        switch self {
        case .permission, .outOfMemory, .cannotPersist, .reply, .unexpectedReply: true
        default: false
        }
    }

    /// What Redis says to one that it turns away, right before it hangs up.
    var endsConnection: Bool { self == .tooManyClients || self == .protectedMode }

    /// The server that answered is not the one to speak to, though it may have been: the next attempt looks for it anew.
    var wantsAnotherServer: Bool {
        switch self {
        case .readOnly, .tooFewReplicas, .failingOver: true
        default: false
        }
    }
}
