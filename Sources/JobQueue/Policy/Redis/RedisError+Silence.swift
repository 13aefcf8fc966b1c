extension RedisError {
    /// Nobody there serves us, whatever we might ask: not a matter of this command.
    public var isSilence: Bool {
        switch cause {
        case .refused, .timedOut, .unknownHost, .noSocket, .reset, .unreachable, .authentication, .loading,
            .tooManyClients, .notRedis, .closed:
            true
        case .permission, .readOnly, .outOfMemory, .noScript, .unblocked, .reply, .unexpectedReply: false
        }
    }
}
