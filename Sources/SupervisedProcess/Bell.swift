import Synchronization

/// Wakes the one loop that waits for it: the loop sleeps until something happened or until its next duty is due.
package final class Bell: Sendable {
    private struct State {
        var rung = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    package func ring() {
        let waiter = state.withLock { state in
            let waiter = state.waiter
            state.waiter = nil
            state.rung = waiter == nil
            return waiter
        }
        waiter?.resume()
    }

    /// Returns once the bell has rung since the last wait, at the latest after `limit`. For one waiter at a time.
    package func wait(upTo limit: Duration) async {
        let alarm = Task { [self] in
            try await Task.sleep(for: limit)
            ring()
        }
        await withCheckedContinuation { continuation in
            let already = state.withLock { state in
                if state.rung {
                    state.rung = false
                    return true
                }
                state.waiter = continuation
                return false
            }
            if already { continuation.resume() }
        }
        alarm.cancel()
    }
}
