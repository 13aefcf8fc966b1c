/// When the next request may go to one embedding server, and how large it may be: its limits as it names them and as it
/// has shown them, its load, its refusals. Time and luck are arguments.
struct EndpointPace: Equatable {
    /// What a request carries from its sending to its end.
    struct Ticket: Equatable {
        let inputs: Int
        let bytes: Int
        /// Failures of requests sent before the last cut tell nothing new.
        fileprivate let round: Int
    }

    /// So many requests keep a server busy whatever their size: more of them go only when they are full, so that the
    /// texts of small documents gather while others are under way.
    static let busy = 4
    /// A margin is left for the request's frame; the server's default bound for a body is 2,000,000 bytes.
    static let payload = 1_900_000

    private(set) var limits: ServerLimits
    private(set) var limiter: ConcurrencyLimiter
    private(set) var requests = 0
    /// No request goes before this moment.
    private(set) var heldUntil: Duration = .zero
    /// The server itself said when to come again (Retry-After).
    private var isHoldAsked = false
    /// What it has refused though it named no such limit.
    private var shownInputs = Int.max
    private var shownBytes = Self.payload
    /// Means over answers, the later ones counting more.
    private var tokensPerInput: Double?
    private var tokensPerByte: Double?
    /// Failures in a row, one for each round, and when the first was.
    private var failures = 0
    private var failingSince: Duration = .zero
    private var round = 0
    /// It failed as a server does that is being restarted, and may have come back with another model or other limits: no answer
    /// of it counts before its facts were read again.
    private(set) var doubts = 0

    init(_ limits: ServerLimits) {
        self.limits = limits
        let batch = limits.inputs
        limiter = ConcurrencyLimiter(start: batch, ceiling: batch, step: max(1, batch / 4))
        limiter.bound(by: ceiling)
    }

    /// The server named its limits again; if they are others, what was learned from refusals may hold no longer.
    mutating func adopt(_ limits: ServerLimits) {
        if limits == self.limits { return }
        self.limits = limits
        shownInputs = .max
        shownBytes = Self.payload
        limiter.bound(by: ceiling)
    }

    /// Bounds of a request's inputs, in number and in bytes.
    var batch: (inputs: Int, bytes: Int) {
        var bytes = shownBytes
        // More tokens than a device batch holds would only wait for each other.
        if let ratio = tokensPerByte {
            bytes = max(1, Int(min(Double(bytes), Double(limits.maxBatchTokens) / ratio)))
        }
        return (min(limits.inputs, shownInputs), bytes)
    }

    /// How many of the waiting texts may go now as one request; 0 = none.
    ///
    /// - Parameter isProbation: the server was away: one request until it has answered one.
    func allowance(waiting: Int, now: Duration, isProbation: Bool = false) -> Int {
        guard waiting > 0, now >= heldUntil, !isProbation || requests == 0 else { return 0 }
        let full = batch.inputs
        if waiting < min(full, Int(limiter.limit)), requests >= Self.busy { return 0 }
        return limiter.room(for: min(waiting, full))
    }

    mutating func sent(inputs: Int, bytes: Int) -> Ticket {
        requests += 1
        limiter.sent(inputs)
        return Ticket(inputs: inputs, bytes: bytes, round: round)
    }

    mutating func answered(_ ticket: Ticket, _ signal: LoadSignal) {
        requests -= 1
        failures = 0
        // Permits have come back: whatever more is waited is lost.
        if !isHoldAsked { heldUntil = .zero }
        limiter.succeeded(ticket.inputs, pressure: signal.pressure)
        guard let tokens = signal.tokens, tokens > 0 else { return }
        Self.average(&tokensPerInput, Double(tokens) / Double(ticket.inputs))
        Self.average(&tokensPerByte, Double(tokens) / Double(max(1, ticket.bytes)))
        limiter.bound(by: ceiling)
    }

    /// The request came back for its own sake, or was cancelled.
    mutating func returned(_ ticket: Ticket) {
        requests -= 1
        limiter.abandoned(ticket.inputs)
    }

    /// Permits were exhausted, or the server failed. What to do is the policy's to say; a wait holds back the whole server,
    /// since whatever failed one request now would fail the next.
    ///
    /// - Parameters:
    ///   - attempts: of the request's texts, this one included; nil for what is no attempt (429).
    ///   - isSilence: no answer came in time. A request that is too large for a slow device would never be answered, however
    ///     often it is sent: the next ones are smaller.
    mutating func failed(
        _ ticket: Ticket, _ kind: ServiceFault.Kind, attempts: Int?, isSilence: Bool = false, _ policy: RetryPolicy,
        now: Duration, luck: Double
    ) -> RetryPolicy.Decision {
        requests -= 1
        let isNew = ticket.round == round
        var isHoldAsked = false
        if case .overloaded(let retryAfter) = kind {
            limiter.overloaded(ticket.inputs, isNew: isNew)
            isHoldAsked = retryAfter != nil
        } else {
            if isSilence {
                limiter.overloaded(ticket.inputs, isNew: isNew)
            } else {
                limiter.abandoned(ticket.inputs)
            }
            if kind == .transient { doubts += 1 }
        }
        if isNew {
            if failures == 0 { failingSince = now }
            failures += 1
            round += 1
        }
        // A device that idles costs more than a refused request: a 429 is met by a second's pause at most.
        let steps = attempts ?? min(failures, 4)
        // One sent before the last answer tells of a failure that is over.
        let elapsed = failures == 0 ? .zero : now - failingSince
        let decision = policy.decide(kind, attempt: steps, elapsed: elapsed, luck: luck)
        if case .retry(let wait) = decision, now + wait > heldUntil {
            (heldUntil, self.isHoldAsked) = (now + wait, isHoldAsked)
        }
        return decision
    }

    /// Its facts were read again, and it has not failed since there were so many doubts.
    mutating func trusted(after doubts: Int) { if doubts == self.doubts { self.doubts = 0 } }

    /// It takes no batch of so many inputs.
    ///
    /// - Parameter most: how many it takes, when it says so.
    mutating func refusesInputs(_ inputs: Int, most: Int?) {
        shownInputs = max(1, min(shownInputs, most ?? inputs / 2, inputs - 1))
    }

    /// It takes no body of so many bytes.
    mutating func refusesBytes(_ bytes: Int) { shownBytes = max(1, min(shownBytes, bytes / 2)) }

    /// Inputs that more of would only lengthen the queue; a fifth of the permits is left for interactive search.
    private var ceiling: Int {
        let permits = Double(limits.maxConcurrentRequests) * 0.8
        guard let mean = tokensPerInput else { return max(1, Int(permits)) }
        return max(1, Int(min(permits, 4 * Double(limits.maxBatchTokens) / mean)))
    }

    private static func average(_ mean: inout Double?, _ value: Double) {
        mean = mean.map { $0 + (value - $0) * 0.1 } ?? value
    }
}

/// What a server says it takes (`GET /info`).
struct ServerLimits: Equatable, Sendable {
    var maxBatchTokens: Int
    var maxClientBatchSize: Int
    var maxConcurrentRequests: Int

    /// Every input takes a permit: a batch with more inputs than there are permits would be refused for ever.
    var inputs: Int { max(1, min(maxClientBatchSize, maxConcurrentRequests)) }
}
