extension RedisConnection {
    /// The next message of a channel, to which the connection subscribes first; nil when none came in time. What is
    /// published while it is not connected, nobody hears: such is Redis.
    ///
    /// A connection that has subscribed is good for nothing else.
    func message(on channel: String, within length: Duration) throws(RedisError) -> [UInt8]? {
        if subscription != channel {
            try call(["SUBSCRIBE", "\(channel)"])
            subscription = channel
        }
        guard let wire else { throw error(.closed) }
        let limit = TimeLimit(length)
        do throws(RedisError.Cause) {
            while let reply = try wire.next(until: limit) {
                guard let parts = reply.array, parts.first?.text == "message", case .bytes(let payload)? = parts.last
                else { continue }
                return payload
            }
            return nil
        } catch {
            close()
            throw self.error(error)
        }
    }
}
