/// What each setting allows by itself, and together they do not.
extension Settings {
    func refuseImpossiblePairs(_ values: inout SettingValues) {
        if watchdog <= reportInterval {
            values.refuse(
                "PULSE_WATCHDOG must be longer than PULSE_REPORT_INTERVAL, else every healthy worker looks hung: "
                    + "\(seconds(watchdog)) <= \(seconds(reportInterval))")
        }
        if chunkOverlap * 2 > chunkTokens {
            values.refuse(
                "PULSE_CHUNK_OVERLAP may be at most half of PULSE_CHUNK_TOKENS: \(chunkOverlap) of \(chunkTokens)")
        }
        if let asked = teiDimensions, let expected = vectorDimension, asked != expected {
            values.refuse(
                "PULSE_TEI_DIMENSIONS and PULSE_VECTOR_DIM contradict each other: \(asked) and \(expected); one is enough"
            )
        }
        if backoffBase > backoffCap {
            values.refuse(
                "PULSE_BACKOFF_BASE must not exceed PULSE_BACKOFF_CAP: \(seconds(backoffBase)) > \(seconds(backoffCap))"
            )
        }
        if startup == .fail, startupTimeout > startTimeout {
            values.refuse(
                "PULSE_STARTUP_TIMEOUT must not exceed PULSE_START_TIMEOUT, else a worker is killed before it can say which "
                    + "service is away: \(seconds(startupTimeout)) > \(seconds(startTimeout))")
        }
        if let quorum = readyQuorum, workers > 0, quorum > workers {
            values.refuse("PULSE_READY_QUORUM must not exceed PULSE_WORKERS: \(quorum) > \(workers)")
        }
        if case .route(let queue) = unknownJobs, queues.contains(where: { $0.name == queue }) {
            values.refuse(
                "PULSE_UNKNOWN_JOBS must name a queue that Pulse does not drain, else its jobs come round for ever: "
                    + "\(queue) is one of PULSE_QUEUES")
        }
        if let api, let problem = secretProblem(for: api) { values.refuse(problem) }
        if runtimeDirectory.isEmpty {
            values.refuse("PULSE_RUNTIME_DIR is not set and neither is XDG_RUNTIME_DIR; set one to a folder of yours")
        }
    }

    /// Why the API must not listen there; nil = it may. Whoever reaches it may put anything into the queue.
    public func secretProblem(for address: ListenAddress) -> String? {
        guard !address.isLoopback else {
            // Whoever is on this machine may call, and so could every page that somebody here looks at.
            return apiSecret != nil || corsOrigins != ["*"]
                ? nil
                : "PULSE_CORS_ORIGINS=*: without a secret any web page could enqueue and read at PULSE_API=\(address); set "
                    + "PULSE_API_SECRET (WEBHOOK_API_SECRET), or name the pages' origins"
        }
        let remedy =
            "set PULSE_API_SECRET (WEBHOOK_API_SECRET) to at least \(Self.secretLength) characters, or listen on 127.0.0.1"
        guard let apiSecret else {
            return "PULSE_API=\(address): other machines could enqueue and read there without a secret; \(remedy)"
        }
        guard apiSecret.unicodeScalars.count < Self.secretLength else { return nil }
        return "PULSE_API=\(address): other machines can connect there, and a secret of "
            + "\(apiSecret.unicodeScalars.count) characters can be guessed; \(remedy)"
    }

    private static let secretLength = 32
}

private func seconds(_ time: Nanoseconds) -> String {
    time % 1_000_000_000 == 0 ? "\(time / 1_000_000_000)s" : "\(time / 1_000_000)ms"
}
