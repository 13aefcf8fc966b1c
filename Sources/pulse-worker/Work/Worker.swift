import JobQueue
import Logging
import Reporting
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

    /// Compressed bytes of the jobs taken in one claim.
    private static let claimBytes = 32 << 20
    /// How long a claim waits for its first job, in milliseconds; then the loop proves that it turns.
    private static let claimWait = 1000

    /// Returns when a stop was asked for and no job is in hand any more.
    func run() async {
        await withDiscardingTaskGroup { group in
            /// Jobs that workers died of; each is run alone.
            var suspects: [ClaimedJob] = []
            var reported = ContinuousClock.now
            while stop.reason == nil {
                reporter.turned()
                if reported.duration(to: .now) >= reportInterval {
                    reporter.report(.working)
                    reported = .now
                }
                if !suspects.isEmpty, claims.count == suspects.count { await beginNext(&suspects, in: &group) }
                let gate = ClaimGate.decide(
                    stopping: stop.reason != nil, alone: isAlone || !suspects.isEmpty, inFlight: claims.count,
                    limit: jobsInFlight, trust: services.trust)
                switch gate {
                case .open(let slots): await claim(slots, &suspects, in: &group)
                case .closed: await bell.wait(upTo: min(reportInterval, .milliseconds(500)))
                }
            }
            for job in suspects { handBack(job, in: &group) }
            await drain()
            group.cancelAll()
        }
    }

    /// A suspect in the making of its third crash must not take others with it.
    private var isAlone: Bool { claims.held.contains { $0.isSuspect } }

    private func claim(_ slots: Int, _ suspects: inout [ClaimedJob], in group: inout DiscardingTaskGroup) async {
        let before = services.redisReport
        var isNews = false
        do throws(RedisError) {
            for job in try await queue.claim(upTo: slots, byteBudget: Self.claimBytes, waitMilliseconds: Self.claimWait)
            {
                claims.begin(job)
                isNews = true
                if job.isHeld { suspects.append(job) } else { start(job, in: &group) }
            }
            services.redisServedJob()
        } catch {
            services.redisFailedJob(error)
        }
        // An idle worker's claim ends empty every second: no news, and the supervisor sleeps on.
        if isNews || services.redisReport != before { reporter.changed() }
    }

    private func beginNext(_ suspects: inout [ClaimedJob], in group: inout DiscardingTaskGroup) async {
        let job = suspects.removeFirst()
        do throws(RedisError) {
            if try await queue.begin(job) { start(job, in: &group) } else { claims.end(job.id) }
        } catch {
            services.redisFailedJob(error)
            suspects.insert(job, at: 0)
        }
    }

    /// A suspect whose turn had not come.
    private func handBack(_ job: ClaimedJob, in group: inout DiscardingTaskGroup) {
        group.addTask {
            await settler.settle(job, .giveBack(why: "not begun"), seconds: 0)
            claims.end(job.id)
            bell.ring()
        }
    }

    private func start(_ job: ClaimedJob, in group: inout DiscardingTaskGroup) {
        group.addTask {
            let began = ContinuousClock.now
            let work = Task { await runner.run(job) }
            claims.onCancel(job.id) { work.cancel() }
            let verdict = await work.value
            let (seconds, fraction) = began.duration(to: .now).components
            await settler.settle(job, verdict, seconds: Double(seconds) + Double(fraction) / 1e18)
            claims.end(job.id)
            reporter.changed()
            bell.ring()
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
            reporter.report(.draining)
        }
        if claims.count > 0 { log.notice("the drain is over: \(claims.count) jobs go back to the queue") }
        claims.cancel()
    }
}
