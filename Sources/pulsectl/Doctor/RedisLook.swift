import Indexing
import JobQueue
import Settings

/// Looks at Redis, then at the queues in it.
struct RedisLook: Sendable {
    private static let oldest = ServerVersion(6, 2)
    /// So many of the newest failed jobs of each queue are told apart by their reasons.
    private static let mostFailed = 200
    private static let mostLookedAt = 50

    private let settings: Settings

    init(_ settings: Settings) { self.settings = settings }

    func look(_ book: FactsBook) async {
        let url: RedisURL
        do throws(RedisURLError) {
            url = try RedisURL(parsing: settings.redisURL.text)
        } catch {
            let text = "\(error)"
            return book.note { $0.settings.problems.append("PULSE_REDIS_URL: \(text)") }
        }
        let address = Address(url)
        book.note { $0.redis.address = address }
        let endpoint = EndpointLook(address: address)
        async let certificate = endpoint.certificateSecondsLeft(url.tls ?? TLSOptions())
        let registry = JobRegistry(url: url, keyPrefix: settings.keyPrefix, timeout: .seconds(4))
        do throws(RedisError) {
            let server = try await registry.server(clock: WallClock.now)
            let facts = Self.facts(server)
            book.note { all in
                all.redis.sight = .seen(facts)
                all.redis.clockOffset = abs(server.clockOffset) > server.clockError ? server.clockOffset : 0
                if address.host.isEmpty, !server.address.isEmpty { all.redis.address.shown = server.address }
            }
            await lookAtQueues(registry, book)
        } catch {
            var connects = false
            if case .timedOut = error.cause { connects = await endpoint.connects() }
            let trouble = Trouble(error, connects: connects)
            book.note { $0.redis.sight = .trouble(trouble) }
            if trouble.mayBeAnother {
                let speaker = await endpoint.speaker()
                book.note { $0.redis.speaker = speaker }
            }
        }
        let left = await certificate
        book.note { $0.redis.certificateSecondsLeft = left }
        await registry.close()
    }

    private func lookAtQueues(_ registry: JobRegistry, _ book: FactsBook) async {
        do throws(RedisError) {
            let queue = try await queues(registry)
            book.note { $0.queue = .seen(queue) }
        } catch {
            let trouble = Trouble(error, connects: true)
            book.note { $0.queue = .trouble(trouble) }
        }
    }

    private static func facts(_ server: RedisServer) -> RedisFacts {
        RedisFacts(
            version: server.version, isTooOld: ServerVersion(server.version).map { $0 < oldest } ?? false,
            isReplica: server.role == "slave", maxMemory: server.maxMemory, usedMemory: server.usedMemory,
            evictionPolicy: server.evictionPolicy, evictedKeys: server.evictedKeys, appendsToFile: server.appendsToFile,
            savePoints: server.savePoints, lastSnapshotFailed: server.lastSnapshotFailed,
            lastAppendFailed: server.lastAppendFailed)
    }

    private func queues(_ registry: JobRegistry) async throws(RedisError) -> QueueFacts {
        var facts = QueueFacts()
        let now = try await registry.now()
        facts.isSuspended = try await registry.suspension().isSuspended
        for name in settings.queues.map(\.name) {
            let counts = try await registry.counts(in: name)
            // The first that still is a job: one whose lifetime is over stands in the list until a worker comes to it.
            let oldest = try await registry.jobs(.queued, in: name, limit: Self.mostLookedAt).lazy.compactMap {
                $0.since(in: .queued)
            }.first
            facts.queues.append(
                QueueFacts.Queue(
                    name: name, queued: counts[.queued] ?? 0, started: counts[.started] ?? 0,
                    failed: counts[.failed] ?? 0,
                    oldestAge: oldest.map { max(0, now - $0) }))
            if counts[.failed] ?? 0 > 0 {
                facts.failed += try await registry.jobs(.failed, in: name, limit: Self.mostFailed).map {
                    FailedJob(reason: $0.reason ?? "no reason is noted", worker: $0.worker)
                }
            }
        }
        facts.workers = try await registry.workers().map { worker in
            QueueFacts.Worker(
                name: worker.name, queues: worker.queues, isAlive: worker.isAlive, isPython: worker.isPython,
                state: worker.state,
                silence: worker.lastHeartbeat.map { max(0, now - $0) })
        }
        return facts
    }
}

extension Address {
    fileprivate init(_ url: RedisURL) {
        self.init(shown: url.description)
        isEncrypted = url.tls != nil
        // Behind sentinels there are several; what fails there names itself.
        if case .tcp(let host, let port) = url.place { (self.host, self.port) = (host, port) }
    }
}
