extension RedisError {
    /// Nobody there serves us, whatever we might ask: not a matter of this command.
    public var isSilence: Bool {
        switch cause {
        case .refused, .timedOut, .unknownHost, .noSocket, .reset, .hungUp, .unreachable, .encryption, .noSentinel,
            .unknownMaster, .failingOver, .authentication, .protectedMode, .loading, .tooManyClients, .notRedis,
            .closed:
            true
        case .permission, .readOnly, .tooFewReplicas, .outOfMemory, .cannotPersist, .noScript, .unblocked, .reply,
            .unexpectedReply:
            false
        }
    }
}
