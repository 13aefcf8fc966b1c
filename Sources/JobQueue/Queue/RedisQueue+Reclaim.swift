extension RedisQueue {
    /// Takes over what a former incarnation of this slot held; its process is known to be gone.
    public func reclaim(predecessor: String, how: Departure) async throws(RedisError) -> ReclaimSummary {
        try await bury(predecessor, how: how, onlyIfExpired: false)
    }

    /// Looks for workers that are gone and takes over what they held: at once where their pid can be seen, after their
    /// alive key expired elsewhere - the latter only by a worker that has been connected for `expiryPatience`.
    ///
    /// - Parameter told: How a worker of this machine ended; nil = nothing is known of that. It is then left to whoever
    ///   watches over it until the next call, since its end, or that it lived at all, may be noticed there in a moment.
    public func reclaimDeadSiblings(
        told: @Sendable (_ name: String) -> Departure?
    ) async throws(RedisError) -> ReclaimSummary {
        var summary = ReclaimSummary()
        let own = configuration.ownPrefix
        let members = try await commandReply(["SMEMBERS", "\(own):workers"]).array ?? []
        let names = members.compactMap(\.text)
        // What others have buried meanwhile need not be explained any more.
        unexplained.formIntersection(names)
        for name in names where name != identity.name {
            let record = try await commandReply([
                "HMGET", "\(own):worker:\(name)", "node", "boot_id", "pid_namespace", "pid", "start_time",
            ])
            switch DeathEvidence.of(Self.identity(name, record), seenBy: identity, sighting: ThisProcess.sighting) {
            case .alive: continue
            case .processGone:
                let how = told(name)
                if how == nil, unexplained.insert(name).inserted { continue }
                unexplained.remove(name)
                summary += try await bury(
                    name, how: how ?? .vanished("its process vanished"), onlyIfExpired: false)
            case .onlyByExpiry(let rebooted):
                guard hasBeenConnectedLongEnough() else { continue }
                let how: Departure =
                    rebooted ? .announced("its machine was booted anew") : .vanished("its sign of life expired")
                summary += try await bury(name, how: how, onlyIfExpired: true)
            }
        }
        summary.requeued += try await run(.sweep, []).integer ?? 0
        return summary
    }

    /// The reclaim script's arguments for an orderly departure.
    func farewell(_ text: String) -> [RedisCommand.Argument] {
        ["0", "0", "\(configuration.crashLimit)", "\(text)", "\(configuration.queues[0])"]
    }

    /// A reply of the connection for commands, once more when it turned out to have been cut.
    private func commandReply(_ command: RedisCommand) async throws(RedisError) -> RedisReply {
        try await repeated { connection throws(RedisError) in try await connection.call(command) }
    }

    private func bury(_ name: String, how: Departure, onlyIfExpired: Bool) async throws(RedisError) -> ReclaimSummary {
        var arguments: [RedisCommand.Argument] = [
            onlyIfExpired ? "1" : "0", how.isCounted ? "1" : "0", "\(configuration.crashLimit)", "\(how.text)",
            "\(configuration.queues[0])",
        ]
        if how.isCounted { arguments += try await verdicts(on: name, how: how) }
        let reply = try await run(.reclaim, arguments, as: name)
        guard let numbers = reply.array?.compactMap(\.integer), numbers.count == 4 else {
            throw unexpected("\(reply)", from: .reclaim)
        }
        var summary = ReclaimSummary()
        (summary.requeued, summary.failed, summary.suspects) = (numbers[1], numbers[2], numbers[3])
        return summary
    }

    /// For each job that this death would fail, the text to fail it with. The script decides; a job it does not fail after
    /// all has been given a text in vain, and one it has no text for gets another chance.
    private func verdicts(on name: String, how: Departure) async throws(RedisError) -> [RedisCommand.Argument] {
        let reply = try await commandReply(["HKEYS", "\(configuration.ownPrefix):inflight:\(name)"])
        var texts: [RedisCommand.Argument] = []
        for id in (reply.array ?? []).compactMap(\.text) {
            let job = try await commandReply([
                "HMGET", "\(configuration.keyPrefix):job:\(id)", "pulse_crashes", "pulse_crash_log",
            ])
            // Anybody may have written the field; the script bounds it likewise.
            let crashes = min(max(job.array?.first?.integer ?? 0, 0), 1 << 30) + 1
            guard crashes >= configuration.crashLimit else { continue }
            let history = job.array?.last?.text ?? ""
            let text = CrashVerdict.text(
                crashes: crashes, history: history, last: "\(Timestamp.now()) \(name): \(how.text)")
            texts += ["\(id)", .bytes(Self.storedText(text))]
        }
        return texts
    }

    func hasBeenConnectedLongEnough() -> Bool {
        guard let since = commands.peer?.since else { return false }
        return ContinuousClock.now - since >= configuration.expiryPatience
    }

    private static func identity(_ name: String, _ record: RedisReply) -> WorkerIdentity {
        let fields = (record.array ?? []).map { $0.text ?? "" }
        guard fields.count == 5 else {
            return WorkerIdentity(name: name, node: "", bootID: "", pidNamespace: 0, pid: 0, startTime: 0)
        }
        return WorkerIdentity(
            name: name, node: fields[0], bootID: fields[1], pidNamespace: UInt64(fields[2]) ?? 0,
            pid: Int32(fields[3]) ?? 0,
            startTime: UInt64(fields[4]) ?? 0)
    }
}
