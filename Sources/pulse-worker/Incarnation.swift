import Indexing
import JobQueue
import Logging
import Reporting
import ServiceWatching
import Settings
import SupervisedProcess

/// One life of a worker, from its first check to its goodbye: introduces the queue and the indexer to each other.
struct Incarnation {
    private let settings: Settings
    private let environment: [String: String]
    private let log: Logger
    private let queue: RedisQueue
    private let services: ServiceWatch
    private let keeper: RedisKeeper
    private let probes: ServiceProbes
    private let reporter: Reporter
    private let stop: StopRequest
    private let bell = Bell()
    private let worker: Worker
    private let commands: CommandListener
    private let leaveWhenAsked: @Sendable (StopReason) -> Void

    /// nil when a setting turns out unusable; the reason is logged.
    init?(settings: Settings, environment: [String: String], slot: String, log: Logger) {
        let url: RedisURL
        do {
            url = try RedisURL(parsing: settings.redisURL.text)
        } catch {
            log.critical("PULSE_REDIS_URL: \(error)")
            return nil
        }
        self.settings = settings
        self.environment = environment
        self.log = log
        var queueing = QueueConfiguration(url: url, queues: settings.queues.map(\.name), slot: slot)
        if settings.queues.contains(where: { $0.weight != nil }) {
            queueing.weights = settings.queues.map { $0.weight ?? 1 }
        }
        queueing.keyPrefix = settings.keyPrefix
        queueing.version = pulseVersion
        // Redis answers from memory: an outage must be named within five seconds, and be found out before.
        queueing.timeout = .seconds(3)
        queue = RedisQueue(configuration: queueing)
        let life = SignOfLife()
        var indexing = IndexingSettings(settings)
        indexing.mayWrite = { life.isFresh || !SelfFence.holds }
        indexing.notice = { log.notice("\($0)") }
        indexing.reached = { FaultPoint.reached($0.rawValue) }
        let indexer = Indexer(indexing)
        let interval = Duration.nanoseconds(settings.reportInterval)
        let (claims, tally, bell) = (Claims(), Tally(), bell)
        stop = StopRequest(drain: .nanoseconds(Self.drain(within: settings.stopTimeout)))
        services = ServiceWatch(indexer: indexer, log: log)
        reporter = Reporter(
            environment: environment, worker: queue.identity.name, services: services, tally: tally, claims: claims)
        let changed: @Sendable () -> Void = { [reporter] in
            reporter.changed()
            bell.ring()
        }
        keeper = RedisKeeper(
            queue: queue, services: services, claims: claims, tally: tally, life: life,
            predecessor: Predecessor(environment["PULSE_PREDECESSOR"]),
            records: SlotRecords(folder: settings.runtimeDirectory),
            foreignWriters: ForeignWriterWatch(queue: queue, indexer: indexer), stop: stop, log: log, changed: changed)
        probes = ServiceProbes(indexer: indexer, services: services, interval: interval, changed: changed)
        leaveWhenAsked = { [stop, bell, queue, services] reason in
            guard stop.ask(reason) else { return }
            bell.ring()
            // An absent Redis is not asked: each attempt would take its time-out, one after the other.
            guard services.redisServes else { return }
            // Ends a wait for jobs at once, and spares ours the suspicion should we be killed while we drain. When Redis
            // cannot be told, they are taken over all the same.
            Task { try? await queue.stopClaiming() }
        }
        commands = CommandListener(queue: queue, services: services, claims: claims, log: log, leave: leaveWhenAsked)
        worker = Worker(
            queue: queue, runner: JobRunner(indexer: indexer, unknownJobs: settings.unknownJobs),
            settler: JobSettler(
                queue: queue, services: services, tally: tally, stop: stop, lines: FinishedLines(log: log), log: log),
            services: services,
            reporter: reporter, claims: claims, stop: stop, bell: bell, log: log,
            jobsInFlight: settings.maxJobsInFlight, reportInterval: interval,
            patience: .nanoseconds(settings.qdrantTimeout) + .seconds(10), leave: leaveWhenAsked,
            opened: OpenedJobs(queue: queue, bell: bell, log: log) { [services] in services.redisFailedJob($0) })
    }

    /// Returns the exit status.
    func run() async -> Int32 {
        guard watchForStops() else {
            log.critical("the kernel gave no thread to watch the lifeline with; is TasksMax or ulimit -u too small?")
            return 70
        }
        switch await check() {
        case .failed:
            log.critical("not started: \(services.complaint ?? "a service is away") (PULSE_STARTUP=fail)")
            reporter.report(.starting)
            await leave()
            return 69
        case .stopped:
            await leave()
            return 0
        case .serving, .waiting: break
        }
        // The report first: READY without it would be a word that nothing backs.
        reporter.report(.working)
        reporter.ready()
        let keeping = Task { await keeper.run() }
        let probing = Task { await probes.run() }
        let listening = Task { await commands.run() }
        await worker.run()
        listening.cancel()
        keeping.cancel()
        probing.cancel()
        // The keeper must not speak after the goodbye, lest it register us anew. While Redis is silent it hangs in an
        // exchange, and ends with the process.
        if services.redisServes { await keeping.value }
        await leave()
        log.info("drained")
        return stop.reason?.exitStatus ?? 0
    }

    private func check() async -> StartupCheck.Outcome {
        await StartupCheck(
            policy: settings.startup, timeout: .nanoseconds(settings.startupTimeout), keeper: keeper, probes: probes,
            services: services, reporter: reporter, stop: stop, bell: bell
        ).run()
    }

    private func watchForStops() -> Bool {
        StopSignals.watch(leaveWhenAsked)
        return Lifeline.watch(environment: environment, grace: settings.stopTimeout, leaveWhenAsked)
    }

    /// Says goodbye to Redis, within reason: an absent Redis must not keep us, and what it does not hear of us is taken
    /// over after our end.
    private func leave() async {
        guard keeper.isRegistered, services.redisServes else { return }
        let said = Bell()
        Task {
            do {
                try await queue.unregister()
            } catch {
                log.warning("no goodbye to redis: \(error)")
            }
            said.ring()
        }
        await said.wait(upTo: Self.goodbye)
    }

    private static let goodbye = Duration.seconds(1)

    /// What is left of the stop timeout when unfinished jobs are handed back: a tenth, at least half a second, at most 5 s.
    private static func drain(within timeout: Nanoseconds) -> Nanoseconds {
        let margin = min(max(timeout / 10, 500_000_000), 5_000_000_000)
        return timeout > margin ? timeout - margin : timeout / 2
    }
}
