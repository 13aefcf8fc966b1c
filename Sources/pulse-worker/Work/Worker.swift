import Indexing
import JobQueue
import Logging
import Reporting
import ServiceWatching
import SupervisedProcess
import Synchronization

/// The work loop: claim what can be begun, index it, write what became of it; once asked to stop, drain.
struct Worker: Sendable {
    let queue: RedisQueue
    let runner: JobRunner
    let settler: JobSettler
    let services: ServiceWatch
    let reporter: Reporter
    let claims: Claims
    let stop: StopRequest
    let bell: Bell
    let log: Logger
    let jobsInFlight: Int
    let reportInterval: Duration
    /// How long work may go on after its cancellation before its process is given up: a write that others share goes on until
    /// its own deadline.
    let patience: Duration
    /// Asks this worker to leave.
    let leave: @Sendable (StopReason) -> Void
    let opened: OpenedJobs

    /// Compressed bytes of the jobs in hand.
    private static let claimBytes = 32 << 20
    /// How long a claim waits for its first job, in milliseconds; then the loop proves that it turns.
    private static let claimWait = 1000
    /// The same while jobs wait for a document that another worker has in hand: nobody rings when it is free.
    private static let parkedWait = 50

    /// Returns when a stop was asked for and no job is in hand any more.
    func run() async {
        await withDiscardingTaskGroup { group in
            var waiting = WaitingJobs()
            var reported = ContinuousClock.now
            while stop.reason == nil {
                reporter.turned()
                if reported.duration(to: .now) >= reportInterval {
                    reporter.report(.working)
                    reported = .now
                }
                endOverdue()
                await beginWaiting(&waiting, in: &group)
                let gate = ClaimGate.decide(
                    stopping: stop.reason != nil, alone: isAlone || waiting.areFull,
                    inFlight: claims.count - waiting.count, limit: jobsInFlight,
                    textsWaiting: runner.indexer.textsWaiting, trust: services.trust)
                switch gate {
                case .open(let slots):
                    await claim(slots, &waiting, in: &group)
                case .closed:
                    let pause = waiting.isEmpty ? Duration.milliseconds(500) : .milliseconds(Self.parkedWait)
                    await bell.wait(upTo: min(reportInterval, pause))
                }
            }
            for job in waiting.all { settle(job, .giveBack(why: "not begun"), in: &group) }
            opened.stop()
            await drain()
            group.cancelAll()
        }
        // Of the last jobs too.
        reporter.report(.draining)
    }

    private func endOverdue() {
        for (limit, fate) in claims.overdue { fate.decide(runner.overdue(limit)) }
    }

    /// A suspect in the making of its third crash must not take others with it.
    private var isAlone: Bool { claims.holdsSuspect }

    private func claim(_ slots: Int, _ waiting: inout WaitingJobs, in group: inout DiscardingTaskGroup) async {
        let before = services.redisReport
        var fresh: [ClaimedJob] = []
        do throws(RedisError) {
            fresh = try await queue.claim(
                upTo: slots, byteBudget: max(0, Self.claimBytes - claims.size),
                waitMilliseconds: waiting.isEmpty ? Self.claimWait : Self.parkedWait)
            services.redisServedJob()
        } catch {
            services.redisFailedJob(error)
        }
        for job in fresh {
            claims.begin(job)
            FaultPoint.reached("claimed", job.firstURL)
            if job.isUnread {
                waiting.unread.append(job)
                opened.open(job)
            } else if job.isSuspect {
                waiting.suspects.append(job)
            }
        }
        await begin(fresh.filter { !$0.isSuspect && !$0.isUnread }, &waiting, in: &group)
        // An idle worker's claim ends empty every second: no news, and the supervisor sleeps on.
        if !fresh.isEmpty || services.redisReport != before { reporter.changed() }
    }

    /// Starts what has waited: a suspect once nothing else runs, the others once their documents are free.
    private func beginWaiting(_ waiting: inout WaitingJobs, in group: inout DiscardingTaskGroup) async {
        for job in opened.take() where waiting.open(job) { claims.update(job) }
        // Somebody may have decided about one that never ran.
        for job in waiting.takeDecided(claims) { settle(job, claims.fate(of: job).decided, in: &group) }
        // Each attempt would only fill its log.
        guard !services.redisRefuses else { return }
        let running = claims.count - waiting.count
        let room = MemoryRoom(used: claims.largeBytes)
        await begin(waiting.takeNext(running: running, isAlone: isAlone, room: room), &waiting, in: &group)
    }

    private func begin(
        _ jobs: [ClaimedJob], _ waiting: inout WaitingJobs, in group: inout DiscardingTaskGroup
    ) async {
        guard !jobs.isEmpty else { return }
        // While Redis is away the keeper looks for it.
        guard services.redisServes else { return jobs.forEach { waiting.append($0) } }
        do throws(RedisError) {
            let answers = try await queue.begin(jobs.map { ($0, $0.documentIdentities) })
            for (job, answer) in zip(jobs, answers) {
                switch answer {
                case .runs: start(job, in: &group)
                case .waits: waiting.append(job)
                case .lost: claims.end(job)
                }
            }
        } catch {
            services.redisFailedJob(error)
            for job in jobs { waiting.append(job) }
        }
    }

    private func settle(_ job: ClaimedJob, _ verdict: JobRunner.Verdict?, in group: inout DiscardingTaskGroup) {
        group.addTask {
            await settler.settle(job, verdict ?? .giveBack(why: "not begun"), seconds: 0)
            claims.end(job)
            bell.ring()
        }
    }

    private func start(_ job: ClaimedJob, in group: inout DiscardingTaskGroup) {
        let fate = claims.fate(of: job)
        claims.run(job)
        group.addTask {
            let began = ContinuousClock.now
            let run = JobRun(job, runner, fate)
            let verdict = await fate.verdict()
            // A document must not be free for the next job while this one may still write it.
            let ended = await hasEnded(run)
            let (seconds, fraction) = began.duration(to: .now).components
            await settler.settle(job, verdict, seconds: Double(seconds) + Double(fraction) / 1e18)
            claims.end(job)
            reporter.changed()
            bell.ring()
            if !ended, stop.reason == nil {
                log.critical("job \(job.id) goes on after its cancellation: this process has to be replaced")
                leave(.stuck)
            }
        }
    }

    /// Waits for the end of what was decided about; in a drain, not long beyond the drain's own.
    private func hasEnded(_ run: JobRun) async -> Bool {
        let begun = ContinuousClock.now
        let limit = begun + patience
        while true {
            let end = stop.drainUntil.map { min(limit, max($0, begun) + .milliseconds(300)) } ?? limit
            let left = ContinuousClock.now.duration(to: end)
            guard left > .zero else { return false }
            // In slices, since a drain may begin meanwhile.
            if await run.end(within: min(left, .seconds(1))) { return true }
        }
    }

    /// Lets what runs come to its end, until the deadline; then stops it and hands it back.
    private func drain() async {
        log.notice("\(stop.reason?.text ?? "stopping"): draining \(claims.count) jobs")
        reporter.stopping()
        reporter.report(.draining)
        while claims.count > 0, let end = stop.drainUntil, .now < end {
            await bell.wait(upTo: min(.milliseconds(500), ContinuousClock.now.duration(to: end)))
            reporter.turned()
            endOverdue()
            reporter.report(.draining)
        }
        if claims.count > 0 { log.notice("the drain is over: \(claims.count) jobs go back to the queue") }
        claims.decide(.giveBack(why: "the drain is over"))
    }
}
