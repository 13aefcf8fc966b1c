internal import CHiredis
internal import Glibc

extension RedisConnection {
    /// The next message of a channel, to which the connection subscribes first; nil when none came in time. What is
    /// published while it is not connected, nobody hears: such is Redis.
    ///
    /// A connection that has subscribed is good for nothing else.
    func message(on channel: String, within limit: Duration) throws(RedisError) -> [UInt8]? {
        if subscription != channel {
            try call(["SUBSCRIBE", "\(channel)"])
            subscription = channel
        }
        let deadline = ContinuousClock.now + limit
        while true {
            if let reply = try received() {
                guard let parts = reply.array, parts.first?.text == "message", case .bytes(let payload)? = parts.last
                else { continue }
                return payload
            }
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return nil }
            try awaitInput(upTo: left)
        }
    }
}
