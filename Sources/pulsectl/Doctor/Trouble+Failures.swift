import Indexing
import JobQueue

extension Trouble {
    /// What the workers would say of it, sorted by what a person has to look at.
    init(_ dependency: Dependency, _ fault: ServiceFault) {
        (reason, remedy) = (fault.reason, fault.remedy)
        let symptom: Symptom
        switch fault.symptom {
        case .nameNotFound: symptom = .nameNotFound
        case .refused: symptom = .refused
        case .unreachable: symptom = .unreachable
        case .connectTimeout: symptom = .timeout
        case .silent: symptom = .silent
        case .reset: symptom = .connectionCut
        case .tls: symptom = .ofTLS(fault.reason)
        case .badGateway: symptom = .badGateway
        case .unauthorized: symptom = .unauthorized
        case .redirected: symptom = .redirected
        case .overloaded: symptom = .overloaded
        case .wrongService: symptom = .wrongService
        case .locked:
            id = .state(.qdrantLocked)
            return
        // A model that does not have what a setting asks of it answers every text so.
        case .failing where dependency == .tei && fault.kind == .configuration && fault.status != nil:
            id = .state(.teiSettingRefused)
            return
        case .failing: symptom = .failing
        }
        id = .reach(dependency, symptom)
    }

    /// The proxy, to which no more than a connection is tried.
    init(proxy cause: RedisError.Cause) {
        (reason, remedy) = (cause.reason, nil)
        switch cause {
        case .refused: id = .reach(.proxy, .refused)
        case .timedOut: id = .reach(.proxy, .timeout)
        case .unknownHost: id = .reach(.proxy, .nameNotFound)
        default: id = .reach(.proxy, .unreachable)
        }
    }

    /// - Parameter connects: a connection comes about all the same: whoever is silent then is there.
    init(_ error: RedisError, connects: Bool) {
        (reason, remedy) = (error.reason, error.remedy)
        switch error.cause {
        case .refused: id = .reach(.redis, .refused)
        case .timedOut: id = .reach(.redis, connects ? .silent : .timeout)
        case .unknownHost: id = .reach(.redis, .nameNotFound)
        case .unreachable: id = .reach(.redis, .unreachable)
        case .noSocket: id = .reach(.redis, .socket)
        case .reset, .hungUp: id = .reach(.redis, .connectionCut)
        case .encryption(let detail): id = .reach(.redis, .ofTLS(detail))
        case .notRedis: id = .reach(.redis, .wrongService)
        case .authentication: id = .reach(.redis, .unauthorized)
        case .noSentinel, .unknownMaster, .failingOver: id = .state(.redisNoMaster)
        case .permission, .protectedMode, .tooManyClients: id = .state(.redisRefuses)
        case .loading: id = .state(.redisLoading)
        case .readOnly: id = .state(.redisReplica)
        case .tooFewReplicas, .outOfMemory, .cannotPersist: id = .state(.redisCannotWrite)
        case .noScript, .unblocked, .reply, .unexpectedReply, .closed: id = .reach(.redis, .failing)
        }
    }
}
