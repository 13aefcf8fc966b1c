import SeededRandom
import Testing

@testable import Indexing

@Suite struct `The pace of an embedding server` {
    private let limits = ServerLimits(maxBatchTokens: 16384, maxClientBatchSize: 32, maxConcurrentRequests: 512)
    private let policy = RetryPolicy()

    @Test(arguments: [(0.0, true), (1.5, true), (3.0, true), (3.3, false)])
    func `the limit grows until full device batches are certain and shrinks beyond`(pressure: Double, grows: Bool) {
        var limiter = ConcurrencyLimiter(start: 100, ceiling: 400, step: 8)
        limiter.sent(100)
        limiter.succeeded(100, pressure: pressure)
        #expect((limiter.limit > 100) == grows && limiter.limit >= 75)
    }

    @Test func `a limit that nobody comes up against does not grow`() {
        var limiter = ConcurrencyLimiter(start: 100, ceiling: 400, step: 8)
        limiter.sent(10)
        limiter.succeeded(10, pressure: 0)
        #expect(limiter.limit == 100)
    }

    @Test func `without the headers it grows by a step a round`() {
        var limiter = ConcurrencyLimiter(start: 100, ceiling: 400, step: 8)
        limiter.sent(100)
        limiter.succeeded(100, pressure: nil)
        #expect(limiter.limit == 108)
    }

    @Test func `one shortage cuts once, a lasting one down to a single input, and a lone request shrinks with it`() {
        var pace = EndpointPace(limits)
        var tickets = (0..<2).map { _ in pace.sent(inputs: 16, bytes: 1) }
        for _ in 0..<2 { _ = fail(&pace, tickets.removeLast(), .overloaded(retryAfter: nil)) }
        #expect(Int(pace.limiter.limit) == 22)
        var sizes: [Int] = []
        for round in 1...20 {
            let inputs = pace.allowance(waiting: 100, now: .seconds(round))
            sizes.append(inputs)
            #expect(inputs >= 1)
            _ = fail(&pace, pace.sent(inputs: inputs, bytes: 1), .overloaded(retryAfter: nil), now: .seconds(round))
        }
        #expect(sizes.first == 22 && sizes.last == 1)
    }

    @Test func `a request that a slow server did not answer in time is followed by smaller ones`() {
        var pace = EndpointPace(limits)
        var sizes: [Int] = []
        for round in 1...8 {
            sizes.append(pace.allowance(waiting: 100, now: .seconds(100 * round)))
            let ticket = pace.sent(inputs: sizes.last ?? 0, bytes: 1)
            _ = pace.failed(
                ticket, .transient, attempts: 1, isSilence: true, policy, now: .seconds(100 * round), luck: 0.5)
        }
        #expect(sizes.first == 32 && sizes.last == 1, "\(sizes)")
        let refused = pace.sent(inputs: 1, bytes: 1)
        let before = pace.limiter.limit
        _ = fail(&pace, refused, .transient)
        #expect(pace.limiter.limit == before, "a server that is away says nothing about sizes")
    }

    @Test func `after a storm the limit doubles to what was good before`() {
        var limiter = ConcurrencyLimiter(start: 200, ceiling: 400, step: 8)
        for _ in 0..<12 {
            limiter.sent(1)
            limiter.overloaded(1, isNew: true)
        }
        #expect(limiter.limit == 1)
        var rounds = 0
        while limiter.limit < 140, rounds < 100 {
            let all = Int(limiter.limit)
            limiter.sent(all)
            limiter.succeeded(all, pressure: nil)
            rounds += 1
        }
        #expect(rounds <= 9)
    }

    @Test func `the doubling ends at a ceiling that has come down below what was good before`() {
        var limiter = ConcurrencyLimiter(start: 200, ceiling: 400, step: 8)
        for _ in 0..<12 {
            limiter.sent(1)
            limiter.overloaded(1, isNew: true)
        }
        func round() {
            let all = Int(limiter.limit)
            limiter.sent(all)
            limiter.succeeded(all, pressure: nil)
        }
        limiter.bound(by: 100)
        round()
        #expect(limiter.limit == 2, "it doubles still")
        for _ in 0..<10 { round() }
        #expect(limiter.limit == 100)
        limiter.bound(by: 400)
        round()
        #expect(limiter.limit == 108)
    }

    @Test func `a refused request holds the server back, an answer lets it go on`() {
        var pace = EndpointPace(limits)
        let first = pace.sent(inputs: 4, bytes: 1)
        let second = pace.sent(inputs: 4, bytes: 1)
        #expect(fail(&pace, first, .overloaded(retryAfter: nil)) == .retry(after: .milliseconds(50)))
        #expect(pace.allowance(waiting: 4, now: .milliseconds(49)) == 0)
        #expect(pace.allowance(waiting: 4, now: .milliseconds(50)) == 4)
        pace.answered(second, LoadSignal())
        #expect(pace.allowance(waiting: 4, now: .milliseconds(1)) == 4)
    }

    @Test func `a server that names a time is not asked before`() {
        var pace = EndpointPace(limits)
        let first = pace.sent(inputs: 4, bytes: 1)
        let second = pace.sent(inputs: 4, bytes: 1)
        #expect(fail(&pace, first, .overloaded(retryAfter: .seconds(7))) == .retry(after: .seconds(7)))
        pace.answered(second, LoadSignal())
        #expect(pace.allowance(waiting: 4, now: .seconds(6)) == 0)
        #expect(pace.allowance(waiting: 4, now: .seconds(7)) == 4)
    }

    @Test func `refusals without end are an outage after two minutes`() {
        var pace = EndpointPace(limits)
        #expect(fail(&pace, pace.sent(inputs: 1, bytes: 1), .overloaded(retryAfter: nil)) != .giveUp)
        let late = Duration.seconds(121)
        #expect(fail(&pace, pace.sent(inputs: 1, bytes: 1), .overloaded(retryAfter: nil), now: late) == .giveUp)
    }

    @Test func `a request that fails long after an outage is over begins its own patience`() {
        var pace = EndpointPace(limits)
        let straggler = pace.sent(inputs: 1, bytes: 1)
        #expect(fail(&pace, pace.sent(inputs: 1, bytes: 1), .transient) != .giveUp)
        pace.answered(pace.sent(inputs: 1, bytes: 1), LoadSignal())
        #expect(fail(&pace, straggler, .transient, now: .seconds(300)) != .giveUp)
    }

    @Test func `few texts go at once while few requests are under way, then they gather until a request is full`() {
        var pace = EndpointPace(
            ServerLimits(maxBatchTokens: 16384, maxClientBatchSize: 8, maxConcurrentRequests: 512))
        var held: [EndpointPace.Ticket] = []
        for _ in 0..<EndpointPace.busy {
            #expect(pace.allowance(waiting: 1, now: .zero) == 1)
            held.append(pace.sent(inputs: 1, bytes: 1))
        }
        #expect(pace.allowance(waiting: 3, now: .zero) == 0)
        pace.answered(held.removeLast(), LoadSignal())
        #expect(pace.allowance(waiting: 3, now: .zero) == 3)
    }

    @Test func `a server that was away gets one request until it has answered`() {
        var pace = EndpointPace(limits)
        #expect(pace.allowance(waiting: 3, now: .zero, isProbation: true) == 3)
        _ = pace.sent(inputs: 3, bytes: 1)
        #expect(pace.allowance(waiting: 3, now: .zero, isProbation: true) == 0)
    }

    @Test func `a batch never has more inputs than there are permits`() {
        let few = ServerLimits(maxBatchTokens: 163_840, maxClientBatchSize: 128, maxConcurrentRequests: 80)
        let pace = EndpointPace(few)
        #expect(pace.batch.inputs == 80)
        #expect(pace.allowance(waiting: 128, now: .zero) == 64, "a fifth is left for searches")
    }

    @Test func `what it has refused is not sent again, until it names other limits`() {
        var pace = EndpointPace(limits)
        pace.refusesInputs(32, most: 20)
        #expect(pace.batch.inputs == 20)
        pace.refusesInputs(20, most: nil)
        #expect(pace.batch.inputs == 10)
        for _ in 0..<10 { pace.refusesInputs(1, most: nil) }
        #expect(pace.batch.inputs == 1)
        pace.refusesBytes(1000)
        #expect(pace.batch.bytes == 500)
        pace.adopt(limits)
        #expect(pace.batch == (1, 500))
        pace.adopt(ServerLimits(maxBatchTokens: 16384, maxClientBatchSize: 16, maxConcurrentRequests: 512))
        #expect(pace.batch == (16, EndpointPace.payload))
    }

    @Test func `a request holds no more tokens than a device batch, and four batches of inputs are the ceiling`() {
        var pace = EndpointPace(limits)
        pace.answered(pace.sent(inputs: 10, bytes: 10_000), LoadSignal(pressure: 0, tokens: 5000))
        #expect(pace.batch.bytes == 32_768)
        #expect(pace.limiter.ceiling == 131)
    }

    @Test func `headers that are missing or nonsense are not believed`() {
        let whole = ["x-queue-time": "60", "x-inference-time": "20", "x-compute-tokens": "400"]
        #expect(LoadSignal { whole[$0] } == LoadSignal(pressure: 3, tokens: 400))
        #expect(LoadSignal { _ in nil } == LoadSignal())
        let odd = ["x-queue-time": "-1", "x-inference-time": "soon", "x-compute-tokens": "1e9"]
        #expect(LoadSignal { odd[$0] } == LoadSignal())
        #expect(LoadSignal { ["x-queue-time": "0", "x-inference-time": "0"][$0] } == LoadSignal(pressure: 0))
    }

    @Test(arguments: 0..<20) func `it keeps its bounds through any history and never stands still`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var pace = EndpointPace(ServerLimits(maxBatchTokens: 4000, maxClientBatchSize: 8, maxConcurrentRequests: 50))
        var held: [EndpointPace.Ticket] = []
        var now = Duration.zero
        for _ in 0..<500 {
            let inputs = pace.allowance(waiting: Int.random(in: 1...20, using: &random), now: now)
            if inputs > 0 { held.append(pace.sent(inputs: inputs, bytes: inputs * 400)) }
            if inputs == 0 || Bool.random(using: &random), let back = held.popLast() {
                switch Int.random(in: 0..<8, using: &random) {
                case 0: _ = fail(&pace, back, .overloaded(retryAfter: nil), now: now)
                case 1: _ = fail(&pace, back, .transient, now: now)
                case 2: pace.returned(back)
                default:
                    pace.answered(back, LoadSignal(pressure: Double.random(in: 0...9, using: &random), tokens: 500))
                }
            }
            #expect(pace.limiter.inFlight == held.reduce(0) { $0 + $1.inputs } && pace.requests == held.count)
            #expect(pace.limiter.limit >= 1 && pace.limiter.limit <= 40 && inputs <= 8)
            now += .milliseconds(100)
            #expect(!held.isEmpty || pace.allowance(waiting: 1, now: now + .seconds(10)) == 1)
        }
    }

    private func fail(
        _ pace: inout EndpointPace, _ ticket: EndpointPace.Ticket, _ kind: ServiceFault.Kind, now: Duration = .zero
    ) -> RetryPolicy.Decision {
        let attempts = kind == .transient ? 1 : nil
        return pace.failed(ticket, kind, attempts: attempts, policy, now: now, luck: 0.5)
    }
}
