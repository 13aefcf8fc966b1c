import Synchronization

/// What becomes of one claimed job, decided once: by its work, by its time limit, by somebody's command or by the worker's
/// own end - whoever is first.
final class JobFate: Sendable {
    private struct State {
        var verdict: JobRunner.Verdict?
        var waiter: CheckedContinuation<JobRunner.Verdict, Never>?
    }

    private let state = Mutex(State())

    /// nil = still open.
    var decided: JobRunner.Verdict? { state.withLock { $0.verdict } }

    /// The first verdict stands; later ones change nothing.
    func decide(_ verdict: JobRunner.Verdict) {
        let waiter = state.withLock { state in
            guard state.verdict == nil else { return nil as CheckedContinuation<JobRunner.Verdict, Never>? }
            state.verdict = verdict
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: verdict)
    }

    /// Waits for it; for one waiter.
    func verdict() async -> JobRunner.Verdict {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state in
                if state.verdict == nil { state.waiter = continuation }
                return state.verdict
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}
