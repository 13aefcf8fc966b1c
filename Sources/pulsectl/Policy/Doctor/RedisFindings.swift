/// Does Redis keep what it is given?
enum RedisFindings {
    static func of(_ facts: Facts) -> [Finding] {
        guard let redis = facts.redis.sight.value else { return [] }
        var findings: [Finding] = []
        func add(_ severity: Finding.Severity, _ state: FindingID.State, _ cause: String, _ remedy: String) {
            findings.append(
                Finding(
                    id: .state(state), severity: severity, cause: cause, remedy: remedy,
                    endpoint: facts.redis.address.shown))
        }
        if redis.isTooOld {
            add(
                .broken, .redisOld, "Redis \(redis.version) lacks what claims are made with",
                "Redis 6.2 or newer is needed there")
        }
        if redis.isReplica {
            add(
                .broken, .redisReplica, "it is a replica, which takes no writes",
                "point PULSE_REDIS_URL at the master, or use redis+sentinel:// to follow it")
        }
        if redis.lastAppendFailed || redis.lastSnapshotFailed {
            let what = redis.lastAppendFailed ? "append-only file" : "last snapshot"
            add(
                .broken, .redisCannotWrite, "its \(what) could not be written, so that it refuses writes or soon will",
                "look at its log; usually its disk is full: df -h on its host")
        }
        evictions(redis, add)
        let share = redis.maxMemory > 0 ? Double(redis.usedMemory) / Double(redis.maxMemory) : 0
        if share > 0.9 {
            add(
                .warning, .redisNearlyFull, "\(Int(share * 100)) % of its maxmemory is in use",
                "raise maxmemory, or let the queue drain: a full one takes no jobs")
        }
        if !redis.appendsToFile, redis.savePoints == "" {
            add(
                .warning, .redisNotPersistent, "persistence is off: with a restart of Redis all waiting jobs are gone",
                "redis-cli CONFIG SET appendonly yes, and the same in redis.conf")
        }
        return findings
    }

    private static func evictions(
        _ redis: RedisFacts, _ add: (Finding.Severity, FindingID.State, String, String) -> Void
    ) {
        guard redis.maxMemory > 0, !redis.evictionPolicy.isEmpty, redis.evictionPolicy != "noeviction" else { return }
        let evicted = redis.evictedKeys > 0 ? "; \(redis.evictedKeys) keys have gone so far" : ""
        let takesJobs = redis.evictionPolicy.hasPrefix("allkeys")
        let what = takesJobs ? "jobs and queues" : "results and registries of workers, which have a lifetime,"
        add(
            takesJobs ? .broken : .warning, .redisEvicts,
            "maxmemory-policy \(redis.evictionPolicy): when memory is full it throws \(what) away\(evicted)",
            "redis-cli CONFIG SET maxmemory-policy noeviction, and the same in redis.conf")
    }
}
