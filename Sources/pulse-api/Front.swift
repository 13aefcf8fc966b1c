import CLinux
import HTTPServing
import Indexing
import JobQueue
import Logging
import Reporting
import ServiceWatching
import Settings
import SupervisedProcess

/// One life of the API, from its socket to its last answer.
struct Front {
    private let settings: Settings
    private let environment: [String: String]
    private let log: Logger
    private let socket: ListeningSocket
    private let server: APIServer
    private let stop: StopRequest
    private let bell = Bell()
    private let announcer: Announcer
    private let reporter: APIReporter
    private let rounds: Rounds
    private let probes: ServiceProbes
    private let board: StatusBoard

    init(settings: Settings, environment: [String: String], log: Logger) throws(StartFailure) {
        self.settings = settings
        self.environment = environment
        self.log = log
        socket = try ListeningSocket(settings, environment: environment)
        let url: RedisURL
        do {
            url = try RedisURL(parsing: settings.redisURL.text)
        } catch {
            throw .settings("PULSE_REDIS_URL: \(error)")
        }
        let indexer = Indexer(Self.indexing(settings, log))
        let (tally, stop) = (Tally(), StopRequest(drain: Self.drain(within: settings.stopTimeout)))
        let services = ServiceWatch(
            indexer: indexer, log: log,
            consequences: ["redis": "documents are held or refused", "qdrant": "searches fail", "tei": "searches fail"])
        let intake = JobIntake(
            url: url, keyPrefix: settings.keyPrefix, mostWaiting: Self.connections / 4 * 3
        ) { error in
            if let error { services.redisFailed(error) } else { services.redisAnswered() }
        }
        let enqueuing = Enqueuing(
            intake: intake, queue: settings.queues.first?.name ?? "indexing",
            timeoutSeconds: Int(settings.jobTimeout / 1_000_000_000), tally: tally)
        let registry = JobRegistry(url: url, keyPrefix: settings.keyPrefix, timeout: .seconds(3))
        let queues = settings.queues.map(\.name)
        board = StatusBoard(
            supervisor: SupervisorSocket(path: settings.runtimeDirectory + "/supervisor.sock"), registry: registry,
            queues: queues, services: services, tally: tally)
        let routes = Routes(
            index: IndexRoutes(enqueuing: enqueuing),
            firecrawl: FirecrawlRoute(enqueuing: enqueuing, secret: settings.webhookSecret),
            search: SearchRoute(indexer: indexer),
            jobs: JobRoute(registry: registry),
            status: StatusRoutes(board: board, registry: registry, queues: queues), stats: StatsRoute(indexer: indexer),
            health: HealthRoutes(services: services, stop: stop),
            home: HomeRoute(page: StatusPage.page), document: OpenAPIRoute(needsSecret: settings.apiSecret != nil),
            bulkhead: Bulkhead(most: Self.connections / 8))
        server = APIServer(
            gate: Gate(
                secret: settings.apiSecret, webhookSecret: settings.webhookSecret, perMinute: settings.apiRate),
            origins: CrossOrigins(allowed: settings.corsOrigins), routes: routes, tally: tally, log: log)
        announcer = Announcer(environment: environment)
        reporter = APIReporter(
            announcer: announcer, name: environment["PULSE_SLOT"] ?? "api", services: services, intake: intake,
            tally: tally, stop: stop)
        let interval = Duration.nanoseconds(settings.reportInterval)
        rounds = Rounds(
            intake: intake, queues: queues, services: services, tally: tally, reporter: reporter, interval: interval)
        probes = ServiceProbes(indexer: indexer, services: services, interval: interval) { [reporter] in
            reporter.changed()
        }
        self.stop = stop
    }

    /// Returns the exit status.
    func run() async throws(StartFailure) -> Int32 {
        try watchForStops()
        // Beside a full house of clients there must be room for Redis, TEI and Qdrant; systemd's soft limit is 1024.
        var before: UInt64 = 0
        unsafe pulse_raise_descriptor_limit(UInt64(4 * limits.connections), &before)
        let service: HTTPService
        do throws(HTTPServiceError) {
            service = try HTTPService(listener: socket.descriptor, limits: limits, screen: server.screen) { [server] in
                await server.respond($0)
            }
        } catch {
            throw .machine(error.description)
        }
        let beside = Task { [rounds, probes, board] in
            async let probing: Void = probes.run()
            async let following: Void = board.follow()
            await rounds.run()
            await probing
            await following
        }
        await reporter.report()
        announcer.ready()
        let test = SelfTest(address: socket.address, announcer: announcer, stop: stop)
        guard test.start(environment: environment) else { throw .machine(Self.noThread) }
        log.notice("serving")
        while stop.reason == nil { await bell.wait(upTo: .seconds(3600)) }
        log.notice("\(stop.reason?.text ?? "stopping"): requests that have begun get their answers")
        announcer.stopping()
        await reporter.report()
        beside.cancel()
        let end = stop.drainUntil ?? .now
        await service.stop(within: max(.zero, ContinuousClock.now.duration(to: end)))
        log.info("stopped")
        return stop.reason?.exitStatus ?? 0
    }

    private func watchForStops() throws(StartFailure) {
        let leave: @Sendable (StopReason) -> Void = { [stop, bell] reason in
            if stop.ask(reason) { bell.ring() }
        }
        StopSignals.watch(leave)
        guard Lifeline.watch(environment: environment, grace: settings.stopTimeout, leave) else {
            throw .machine(Self.noThread)
        }
    }

    private static let noThread = "the kernel gave no thread; is TasksMax or ulimit -u too small?"

    private static let connections = 1024

    private var limits: HTTPLimits {
        var limits = HTTPLimits()
        limits.connections = Self.connections
        limits.deadline = nil
        limits.keepsAlive = true
        limits.body = 32 << 20
        limits.bodies = 64 << 20
        limits.refusal = { [server] status, text, head in server.refuse(status, text, head) }
        return limits
    }

    private static func indexing(_ settings: Settings, _ log: Logger) -> IndexingSettings {
        var indexing = IndexingSettings(settings)
        indexing.notice = { log.notice("\($0)") }
        return indexing
    }

    /// Nine tenths of the stop timeout: what has not been answered by then never will be.
    private static func drain(within timeout: Nanoseconds) -> Duration { .nanoseconds(timeout / 10 * 9) }
}
