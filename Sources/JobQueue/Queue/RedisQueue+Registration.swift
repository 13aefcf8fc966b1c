extension RedisQueue {
    /// Enters this incarnation among RQ's workers and Pulse's.
    public func register() async throws(RedisError) {
        let asked = ContinuousClock.now
        let arguments: [RedisCommand.Argument] =
            [
                "\(identity.node)", "\(identity.bootID)", "\(identity.pidNamespace)", "\(identity.pid)",
                "\(identity.startTime)", "\(configuration.version)", "Swift (\(configuration.version))",
                "\(await ownAddress())",
            ] + configuration.queues.map { .text($0) }
        _ = try await run(.register, arguments)
        // Buried while it drained, it is on its way out all the same.
        if isStopping { try await announceStop() }
        if !held.isEmpty { mayHaveLostJobs = true }
        confirmed = asked
    }

    /// Where Redis sees this worker come from, as RQ's own workers tell it.
    private func ownAddress() async -> String {
        // CLIENT INFO is as old as the LMOVE that claims need; a user without the right to it is no reason not to work.
        let told = (try? await commands.call(["CLIENT", "INFO"]))?.text ?? ""
        let address = told.split(separator: " ").first { $0.hasPrefix("addr=") }
        return address.map { String($0.dropFirst("addr=".count)) } ?? "unknown"
    }

    /// Says that this worker lives; due every 5 s, since others may bury it after 15 s of silence. When they have, it
    /// registers anew: what it held is theirs, and its late results are dropped by the fence.
    ///
    /// - Parameter state: A word for the worker's hash (`serving`, `waiting`, `draining`), where RQ's own `state` cannot say it.
    public func heartbeat(state: String = "") async throws(RedisError) {
        let asked = ContinuousClock.now
        let reply = try await run(.heartbeat, ["\(state)"])
        if reply.integer == 1 { confirmed = asked } else { try await register() }
    }

    /// Keeps the jobs in hand from RQ's cleaners; due every 30 s. Returns the executions that are no longer ours: stop them.
    public func refresh(_ inFlight: [ClaimedJob]) async throws(RedisError) -> [String] {
        let reply = try await run(.refresh, inFlight.flatMap { ["\($0.id)", "\($0.execution)"] })
        guard let parts = reply.array, let owned = parts.first?.integer else {
            throw unexpected("\(reply)", from: .refresh)
        }
        mayHaveLostJobs = false
        // A claim's reply can be lost without an error that this side connects with it.
        if owned > held.count { mayOwnUnknown = true }
        return parts.dropFirst().compactMap(\.text)
    }

    /// Leaves: what is still in hand goes back to the front of the queue, uncounted; then both connections close.
    ///
    /// It goes down the claiming connection, behind any BLMOVE: sent past it, the job that ends the wait would fall into
    /// the inbox of a worker nobody knows any more.
    public func unregister() async throws(RedisError) {
        isStopping = true
        await endWaits()
        let arguments = farewell("said goodbye")
        do {
            _ = try await run(.reclaim, arguments, on: claims, after: nil)
        } catch  where error.cause == .reset {
            _ = try await run(.reclaim, arguments, on: claims, after: nil)
        }
        held = [:]
        confirmed = nil
        await claims.close()
        await commands.close()
    }

    /// Announces the end: a claim that waits returns empty, later ones take nothing, and should this process be killed
    /// from now on, its jobs are not taken for the cause.
    public func stopClaiming() async throws(RedisError) {
        isStopping = true
        defer { mayOwnUnknown = false }
        try await announceStop()
        await endWaits()
    }

    private func announceStop() async throws(RedisError) {
        hasAnnouncedStop = false
        _ = try await run(.stopping, [])
        hasAnnouncedStop = true
    }

    /// Ends waiting claims. UNBLOCK misses a wait that has not reached the server yet, hence the rounds; a wait is at most
    /// a second long, so this ends by itself even if every round misses.
    func endWaits() async {
        for _ in 0..<100 where claimsUnderWay > 0 {
            await unblock()
            do { try await Task.sleep(for: .milliseconds(15)) } catch { return }
        }
    }

    func unblock() async {
        guard let claimClientID else { return }
        // It fails only with Redis itself, and then the wait ends too.
        _ = try? await commands.call(["CLIENT", "UNBLOCK", "\(claimClientID)"])
    }
}
