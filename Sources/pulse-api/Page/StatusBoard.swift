import Glibc
import JobQueue
import Reporting
import ServiceWatching

/// What `GET /api/status` tells, put together once for all who ask within a second, and the throughput that only shows to
/// whoever keeps looking.
actor StatusBoard {
    private let supervisor: SupervisorSocket
    private let registry: JobRegistry
    private let queues: [String]
    private let services: ServiceWatch
    private let tally: Tally
    private var throughput = Throughput()
    private var latest: (status: JSONValue, at: ContinuousClock.Instant)?
    private var underWay: Task<JSONValue, Never>?

    private static let freshness = Duration.seconds(1)
    private static let pause = Duration.seconds(5)
    /// Until Redis serves for the first time: what workers do before the first look counts in no minute.
    private static let firstPause = Duration.milliseconds(100)

    init(
        supervisor: SupervisorSocket, registry: JobRegistry, queues: [String], services: ServiceWatch, tally: Tally
    ) {
        self.supervisor = supervisor
        self.registry = registry
        self.queues = queues
        self.services = services
        self.tally = tally
    }

    /// Follows what workers do, until it is cancelled.
    func follow() async {
        while !Task.isCancelled {
            // One that serves and does not tell of its workers would refuse ten times a second.
            let isAwaited = !services.redisServes && !throughput.knowsWorkers
            await sample()
            let pause = isAwaited ? Self.firstPause : Self.pause
            do { try await Task.sleep(for: pause) } catch { return }
        }
    }

    func status() async -> JSONValue {
        if let latest, latest.at.duration(to: .now) < Self.freshness { return latest.status }
        if let underWay { return await underWay.value }
        let task = Task { await collected() }
        underWay = task
        let status = await task.value
        underWay = nil
        latest = (status, .now)
        return status
    }

    private func sample() async {
        // While Redis is away everybody waits for it already; one more would only wait longer.
        let tallies = services.redisServes ? try? await registry.workerTallies(of: queues) : nil
        let counters = tallies.map { tallies in
            Dictionary(tallies.map { ($0.name, Throughput.Counters(finished: $0.finished, failed: $0.failed)) }) { $1 }
        }
        throughput.note(counters, accepted: tally.now.enqueued, at: Self.seconds())
    }

    private func collected() async -> JSONValue {
        async let jobs = queueFigures()
        let account = await supervisor.read()
        await sample()
        var status: [JSONValue.Member] = [.init("timestamp", .integer(Self.seconds()))]
        switch account {
        case .success(let view):
            status += [
                .init("supervisor", view.supervisor), .init("services", view.services), .init("slots", view.slots),
            ]
        case .failure(let silence):
            status += [
                .init("supervisor", .null), .init("supervisor_reason", .string(silence.reason)),
                .init("services", ownServices()), .init("slots", .array([])),
            ]
        }
        status += await jobs
        status.append(.init("throughput", throughput.json))
        return .object(status)
    }

    private func queueFigures() async -> [JSONValue.Member] {
        guard services.redisServes else {
            return Self.unknown(services.redisReport.reason ?? "redis has not answered yet")
        }
        do throws(RedisError) {
            var counts: [JSONValue] = []
            for queue in queues {
                let known = try await registry.counts(in: queue)
                let states = JobState.allCases.map { JSONValue.Member($0.rawValue, .integer(known[$0] ?? 0)) }
                counts.append(.object([.init("queue", .string(queue))] + states))
            }
            let isPaused = try await registry.suspension().isSuspended
            return [.init("queues", .array(counts)), .init("is_paused", .bool(isPaused))]
        } catch {
            return Self.unknown(error.reason)
        }
    }

    private static func unknown(_ reason: String) -> [JSONValue.Member] {
        [.init("queues", .null), .init("queues_reason", .string("redis: \(reason)"))]
    }

    /// As this process sees them; the supervisor would know what the others see.
    private func ownServices() -> JSONValue {
        .object(
            services.reports.sorted { $0.key < $1.key }.map { name, report in
                var fields: [JSONValue.Member] = [.init("state", .string(report.state.rawValue))]
                if let reason = report.reason { fields.append(.init("reason", .string(reason))) }
                if let remedy = report.remedy { fields.append(.init("remedy", .string(remedy))) }
                return .init(name, .object(fields))
            })
    }

    private static func seconds() -> Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec
    }
}
