import JobQueue
import Logging
import ServiceWatching
import SupervisedProcess
import Synchronization

/// Keeps this worker's end of Redis: the connection, its registration and signs of life, and what dead workers left behind.
final class RedisKeeper: Sendable {
    private struct State {
        /// The slot's former incarnation, until its jobs are taken over.
        var predecessor: Predecessor?
        var registered = false
        var heartbeat: ContinuousClock.Instant?
        var refreshed: ContinuousClock.Instant?
        var swept: ContinuousClock.Instant?
        var promoted: ContinuousClock.Instant?
        var cleaned: ContinuousClock.Instant?
        var backoff = ReconnectBackoff()
        /// After a failure: not to be tried before.
        var nextAttempt: ContinuousClock.Instant?
        /// Where the queue was when it was last told.
        var address: String?
    }

    private let queue: RedisQueue
    private let services: ServiceWatch
    private let claims: Claims
    private let tally: Tally
    private let life: SignOfLife
    private let records: SlotRecords
    private let foreignWriters: ForeignWriterWatch
    private let stop: StopRequest
    private let log: Logger
    private let changed: @Sendable () -> Void
    private let state: Mutex<State>

    /// Others bury a worker after 15 s without a sign of life.
    private static let heartbeatInterval = Duration.seconds(5)
    private static let refreshInterval = Duration.seconds(30)
    /// A sibling that vanished is looked for this often; its jobs wait at most so long, twice where nobody tells how it ended.
    private static let sweepInterval = Duration.milliseconds(500)
    /// RQ's scheduler looks as often.
    private static let promotionInterval = Duration.seconds(1)
    /// Each worker asks; what is asked for is done once a minute by one of them.
    private static let housekeepingInterval = Duration.seconds(15)

    init(
        queue: RedisQueue, services: ServiceWatch, claims: Claims, tally: Tally, life: SignOfLife,
        predecessor: Predecessor?, records: SlotRecords, foreignWriters: ForeignWriterWatch,
        stop: StopRequest, log: Logger, changed: @escaping @Sendable () -> Void
    ) {
        self.queue = queue
        self.services = services
        self.claims = claims
        self.tally = tally
        self.life = life
        self.records = records
        self.foreignWriters = foreignWriters
        self.stop = stop
        self.log = log
        self.changed = changed
        state = Mutex(State(predecessor: predecessor))
    }

    /// Redis knows of this worker, so there is somebody to say goodbye to.
    var isRegistered: Bool { state.withLock { $0.registered } }

    /// Does what is due, until cancelled.
    func run() async {
        while !Task.isCancelled {
            await turn()
            do { try await Task.sleep(for: pause) } catch { return }
        }
    }

    private var pause: Duration {
        state.withLock { state in
            state.nextAttempt.map { max(ContinuousClock.now.duration(to: $0), .milliseconds(1)) } ?? Self.sweepInterval
        }
    }

    /// One round of duties; false when Redis cannot be used. After a failure it is left alone for a while.
    @discardableResult
    func turn() async -> Bool {
        if let next = state.withLock({ $0.nextAttempt }), .now < next { return false }
        let before = services.redisServes
        do throws(RedisError) {
            try await enter()
            try await serve()
            if let confirmed = await queue.confirmedAlive { life.confirm(at: confirmed) }
            services.redisAnswered()
            answered()
        } catch {
            services.redisFailed(error)
            // Nobody knows how many by now.
            tally.count { $0.queued = nil }
            let fraction = Double.random(in: 0..<1)
            state.withLock { state in
                // What was due meanwhile is due at once when it is back, else RQ's cleaners may take our jobs for
                // abandoned.
                (state.heartbeat, state.refreshed) = (nil, nil)
                state.nextAttempt = .now + state.backoff.pause(after: error.cause, fraction: fraction)
            }
        }
        if before != services.redisServes { changed() }
        return services.redisServes
    }

    private func answered() {
        let address = queue.address
        let isNew = state.withLock { state in
            defer { (state.nextAttempt, state.address) = (nil, address) }
            state.backoff.succeeded()
            return state.address != nil && state.address != address
        }
        if isNew { log.notice("redis: the queue is now at \(address)") }
    }

    /// Connects, takes over the predecessor's jobs before anything else can wait, and registers.
    private func enter() async throws(RedisError) {
        guard !state.withLock({ $0.registered }) else { return }
        try await queue.connect()
        if let predecessor = state.withLock({ $0.predecessor }) {
            let summary = try await queue.reclaim(predecessor: predecessor.name, how: predecessor.departure)
            state.withLock { $0.predecessor = nil }
            tell(summary, of: predecessor.name)
        }
        try await queue.register()
        state.withLock { state in
            state.registered = true
            state.heartbeat = .now
        }
        log.info("registered as \(queue.identity.name) at \(queue.address)")
    }

    private func serve() async throws(RedisError) {
        if isDue(\.heartbeat, every: Self.heartbeatInterval) {
            try await queue.heartbeat(state: word)
        }
        // A Redis that was away when the stop was asked for has yet to hear of it.
        if stop.reason != nil, await !queue.hasAnnouncedStop { try await queue.stopClaiming() }
        let mayHaveLostJobs = await queue.mayHaveLostJobs
        if isDue(\.refreshed, every: Self.refreshInterval) || mayHaveLostJobs {
            for execution in try await queue.refresh(claims.held) {
                claims.decide(.giveBack(why: "it is no longer ours")) { $0.execution == execution }
            }
        }
        if isDue(\.swept, every: Self.sweepInterval) {
            let reclaimed = try await queue.reclaimDeadSiblings { [records] name in
                records.death(of: name).flatMap { Predecessor("\(name)|\($0)")?.departure }
            }
            tell(reclaimed, of: "vanished workers")
        }
        if isDue(\.promoted, every: Self.promotionInterval) { try await queue.promoteScheduled() }
        if isDue(\.cleaned, every: Self.housekeepingInterval) {
            tell(try await queue.housekeep(), of: "workers that gave no sign of life")
        }
        try await foreignWriters.turn()
        let queued = try await queue.lengths()
        tally.count { $0.queued = queued }
    }

    /// What RQ's `state` cannot say.
    private var word: String {
        if stop.reason != nil { return "draining" }
        return services.trust == .none ? "waiting" : "serving"
    }

    private func isDue(
        _ duty: any WritableKeyPath<State, ContinuousClock.Instant?> & Sendable, every interval: Duration
    ) -> Bool {
        state.withLock { state in
            if let last = state[keyPath: duty], last.duration(to: .now) < interval { return false }
            state[keyPath: duty] = .now
            return true
        }
    }

    private func tell(_ summary: ReclaimSummary, of name: String) {
        if summary.requeued > 0 {
            log.notice("took back \(summary.requeued) \(Self.jobs(summary.requeued)) of \(name)")
        }
        if summary.failed > 0 {
            log.error(
                "failed \(summary.failed) \(Self.jobs(summary.failed)) of \(name): each one's reason stands in the failed registry"
            )
        }
    }

    private static func jobs(_ count: Int) -> String { count == 1 ? "job" : "jobs" }
}

extension Predecessor {
    fileprivate var departure: Departure { vanished ? .vanished(how) : .announced(how) }
}
