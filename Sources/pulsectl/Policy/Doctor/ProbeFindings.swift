/// What became of the canary: a document that was sent the whole way.
struct ProbeFacts {
    enum Outcome: Equatable {
        /// It was not sent: something it needs is broken.
        case impossible(String)
        /// Nobody took it off the queue in time.
        case notTaken(queue: String, seconds: Double)
        case unfinished(status: String, seconds: Double)
        case failed(reason: String)
        /// Indexed, and not among the hits of a search for its own words.
        case notFound(String)
        case done
    }

    var outcome: Outcome
    /// What was done, with seconds, in order.
    var steps: [(name: String, seconds: Double)] = []
    /// What could not be taken away again, and why.
    var left: String?
}

/// Does a document come through?
enum ProbeFindings {
    static func of(_ facts: Facts) -> [Finding] {
        guard let probe = facts.probe else { return [] }
        var findings = [outcome(probe)]
        if let left = probe.left {
            findings.append(
                .warning(
                    .state(.probeLeft), "the canary could not be taken away: \(left)", "pulsectl delete, with that URL")
            )
        }
        return findings
    }

    private static func outcome(_ probe: ProbeFacts) -> Finding {
        let times = probe.steps.map { "\($0.name) \(milliseconds($0.seconds))" }.joined(separator: ", ")
        switch probe.outcome {
        case .done: return .fine(.state(.probeFine), "a document went the whole way: \(times)")
        case .impossible(let why):
            return .broken(
                .state(.probeImpossible), "the canary was not sent: \(why)", "mend what is broken above first")
        case .notTaken(let queue, let seconds):
            return .broken(
                .state(.probeNotTaken), "no worker took the canary off the queue \(queue) within \(elapsed(seconds))",
                "see whether workers run and wait for a service (pulsectl status), or work on a backlog (pulsectl jobs)"
            )
        case .unfinished(let status, let seconds):
            return .broken(
                .state(.probeSlow), "the canary's job is still \(status) after \(elapsed(seconds)); \(times)",
                "TEI or Qdrant is slow or away: pulsectl status, and their logs")
        case .failed(let reason):
            return .broken(
                .state(.probeFailed), "the canary's job failed: \(reason); \(times)", "mend what the reason names")
        case .notFound(let why):
            return .broken(
                .state(.probeNotFound), "the canary was indexed, but a search does not find it: \(why); \(times)",
                "see whether workers write to the same PULSE_QDRANT_URL and PULSE_QDRANT_COLLECTION (pulsectl verify)")
        }
    }

    static func milliseconds(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e6 else { return "-" }
        return seconds < 10 ? "\(Int((seconds * 1000).rounded())) ms" : elapsed(seconds)
    }
}
