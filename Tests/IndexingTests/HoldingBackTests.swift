import Testing

@testable import Indexing

@Suite struct HoldingBackTests {
    private let fault = ServiceFault(.qdrant, .transient, "refused")
    private let other = ServiceFault(.qdrant, .transient, "timed out")

    @Test func `every event in every state of the breaker has its answer`() {
        let open = CircuitBreaker.State.open(fault, failures: 1, probeAt: .seconds(1))
        let half = CircuitBreaker.State.halfOpen(fault, failures: 1)
        let table: [(CircuitBreaker.State, CircuitBreaker.Event, CircuitBreaker.State)] = [
            (.closed, .succeeded, .closed), (.closed, .probePassed, .closed), (.closed, .failed(fault), open),
            (.closed, .probeFailed(fault), open),
            (open, .succeeded, open), (open, .failed(other), .open(other, failures: 1, probeAt: .seconds(1))),
            (open, .probePassed, half), (open, .probeFailed(other), .open(other, failures: 2, probeAt: .seconds(2))),
            (half, .succeeded, .closed), (half, .probePassed, half),
            (half, .failed(other), .open(other, failures: 2, probeAt: .seconds(2))),
            (half, .probeFailed(other), .open(other, failures: 2, probeAt: .seconds(2))),
        ]
        for (state, event, expected) in table {
            var breaker = breaker(in: state)
            #expect(breaker.state == state)
            breaker.handle(event, now: .zero)
            #expect(breaker.state == expected, "\(state) \(event)")
        }
    }

    @Test func `an open breaker admits none, a half-open one a single job`() {
        var breaker = CircuitBreaker()
        #expect(breaker.admission(now: .zero) == .all)
        breaker.handle(.failed(fault), now: .zero)
        #expect(breaker.admission(now: .milliseconds(300)) == .none(fault, probeIn: .milliseconds(700)))
        #expect(breaker.refusal == fault)
        breaker.handle(.probePassed, now: .seconds(1))
        #expect(breaker.admission(now: .seconds(1)) == .one)
        #expect(breaker.refusal == nil)
    }

    @Test func `the wait between probes grows to its cap`() {
        var breaker = CircuitBreaker()
        for _ in 0..<30 { breaker.handle(.probeFailed(fault), now: .zero) }
        #expect(breaker.state == .open(fault, failures: 30, probeAt: .seconds(10)))
    }

    @Test func `backoff doubles to its cap and luck only shortens it`() {
        let policy = RetryPolicy(attempts: 100, patience: .seconds(1000))
        #expect(
            (1...9).map { policy.backoff(attempt: $0) / .milliseconds(1) } == [
                100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000,
            ])
        #expect(policy.backoff(attempt: 1_000_000) == .seconds(10))
        #expect(policy.decide(.transient, attempt: 3, elapsed: .zero, luck: 0.5) == .retry(after: .milliseconds(200)))
    }

    @Test func `attempts and patience are bounded, flow control is not an attempt`() {
        let policy = RetryPolicy()
        #expect(policy.decide(.transient, attempt: 5, elapsed: .zero, luck: 0) == .giveUp)
        #expect(policy.decide(.transient, attempt: 1, elapsed: .seconds(21), luck: 0) == .giveUp)
        #expect(policy.decide(.poison, attempt: 1, elapsed: .zero, luck: 0) == .giveUp)
        #expect(policy.decide(.configuration, attempt: 1, elapsed: .zero, luck: 0) == .giveUp)
        let slowDown = ServiceFault.Kind.overloaded(retryAfter: .seconds(7))
        #expect(policy.decide(slowDown, attempt: 50, elapsed: .seconds(30), luck: 0) == .retry(after: .seconds(7)))
        #expect(policy.decide(slowDown, attempt: 1, elapsed: .seconds(115), luck: 0) == .giveUp)
    }

    @Test func `retries are a share of the requests once the reserve is used`() {
        var budget = RetryBudget(now: .zero)
        #expect((0..<200).count { _ in budget.takeRetry(now: .zero) } == 100)
        for _ in 0..<50 { budget.requestSent(now: .zero) }
        #expect((9...10).contains((0..<200).count { _ in budget.takeRetry(now: .zero) }))
        #expect((0..<200).count { _ in budget.takeRetry(now: .seconds(1)) } == 10)
    }

    @Test func `batches keep to count and bytes, near-equal lengths together`() {
        let batcher = Batcher(maxClientBatchSize: 3, maxConcurrentRequests: 2, payloadBytes: 100)
        #expect(batcher.plan([10, 90, 11, 50, 60, 500]) == [[0, 2], [3], [4], [1], [5]])
        #expect(batcher.plan([]) == [])
    }

    private func breaker(in state: CircuitBreaker.State) -> CircuitBreaker {
        var breaker = CircuitBreaker()
        switch state {
        case .closed: break
        case .open(let fault, _, _): breaker.handle(.failed(fault), now: .zero)
        case .halfOpen(let fault, _):
            breaker.handle(.failed(fault), now: .zero)
            breaker.handle(.probePassed, now: .zero)
        }
        return breaker
    }
}
