extension JobRegistry {
    /// Whether the workers of this Redis take no jobs, whichever queues they serve.
    public func suspension() async throws(RedisError) -> Suspension {
        let key = "\(keyPrefix):suspended"
        let replies = try await read([["EXISTS", "\(key)"], ["PTTL", "\(key)"]])
        return Suspension(exists: replies[0].integer, milliseconds: replies[1].integer)
    }

    /// As `rq suspend`: no worker takes a job until the time is up, or until somebody resumes.
    /// - Returns: how it was before.
    public func suspend(milliseconds: Int?) async throws(RedisError) -> Suspension {
        try await before(run(.suspend, ["pause", "\(milliseconds.map(String.init) ?? "")"]))
    }

    /// As `rq resume`.
    /// - Returns: how it was before.
    public func resume() async throws(RedisError) -> Suspension {
        try await before(run(.suspend, ["resume", ""]))
    }

    private func before(_ reply: RedisReply) throws(RedisError) -> Suspension {
        guard let numbers = reply.array?.compactMap(\.integer), numbers.count == 2 else {
            throw unexpected("\(reply) from suspend")
        }
        return Suspension(exists: numbers[0], milliseconds: numbers[1])
    }
}
