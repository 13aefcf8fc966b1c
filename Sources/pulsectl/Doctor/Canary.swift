import Glibc
import Indexing
import JobQueue
import Settings
import Synchronization

/// A document that is sent the whole way - queue, worker, TEI, Qdrant, search, delete - and is gone afterwards, whatever
/// happens on the way, a Ctrl-C included.
struct Canary {
    private static let host = "pulse-doctor.invalid"
    /// For a worker to stop the job: what it writes after the deletion would stay. It gives up a job's work after 10 s itself.
    private static let patience = Duration.seconds(15)

    private let queue: String
    private let url: String
    private let words: String
    private let producer: JobProducer
    private let registry: JobRegistry
    private let indexer: Indexer
    private var facts = ProbeFacts(outcome: .done)

    /// - Parameter seen: what was found before: through what is broken nothing is sent.
    static func send(_ settings: Settings?, _ seen: Facts, within time: Duration) async -> ProbeFacts {
        if let obstacle = obstacle(settings, seen) { return ProbeFacts(outcome: .impossible(obstacle)) }
        guard let settings, let url = try? RedisURL(parsing: settings.redisURL.text) else {
            return ProbeFacts(outcome: .impossible("the settings cannot be used"))
        }
        var canary = Canary(settings, url)
        await canary.fly(time)
        await canary.producer.close()
        await canary.registry.close()
        return canary.facts
    }

    private static func obstacle(_ settings: Settings?, _ seen: Facts) -> String? {
        guard let settings else { return "the settings cannot be used" }
        if seen.redis.sight.value == nil { return "Redis does not serve" }
        if seen.qdrant.sight.value == nil { return "Qdrant does not serve" }
        if seen.tei.allSatisfy({ $0.sight.value == nil }) { return "TEI does not serve" }
        guard let queue = seen.queue.value else { return "the queues cannot be read" }
        if queue.isSuspended { return "the queues are paused" }
        let name = settings.queues.first?.name ?? ""
        let isServed = queue.workers.contains { $0.isAlive && $0.queues.contains(name) }
        return isServed ? nil : "no living worker serves the queue \(name)"
    }

    private init(_ settings: Settings, _ redis: RedisURL) {
        let mark = String(UInt64.random(in: 1 << 60 ... .max), radix: 36)
        queue = settings.queues.first?.name ?? "indexing"
        url = "https://\(Self.host)/\(mark)"
        words = "canary \(mark)"
        producer = JobProducer(url: redis, keyPrefix: settings.keyPrefix)
        registry = JobRegistry(url: redis, keyPrefix: settings.keyPrefix)
        indexer = Indexer(IndexingSettings(settings))
    }

    private mutating func fly(_ time: Duration) async {
        StopWish.listen()
        let job: String
        do {
            let document = SourceDocument(
                url: url, title: "Canary", markdown: "# A canary of pulsectl doctor\n\n\(words)\n")
            let began = ContinuousClock.now
            job = try await producer.enqueue(document: document.fields, queue: queue, timeoutSeconds: 120)
            note("enqueue", since: began)
        } catch {
            return facts.outcome = .impossible("\(error)")
        }
        var isRunning = true
        do {
            isRunning = try await follow(job, time)
            if case .done = facts.outcome { try await search() }
        } catch {
            facts.outcome = .failed(reason: "\(error)")
        }
        await takeAway(job, mayRun: isRunning)
    }

    /// - Returns: whether it may still run.
    private mutating func follow(_ job: String, _ time: Duration) async throws -> Bool {
        let began = ContinuousClock.now
        var taken: ContinuousClock.Instant?
        while true {
            let details = try await registry.details(of: job)
            let status = details?.job.status ?? "gone"
            if status != "queued", taken == nil {
                taken = .now
                note("queue", since: began)
            }
            switch status {
            case "finished":
                note("index", since: taken ?? began)
                return false
            case "failed", "stopped", "canceled", "gone":
                facts.outcome = .failed(reason: details?.job.reason ?? "it is \(status)")
                return false
            default: break
            }
            let waited = ContinuousClock.now - began
            if waited > time || StopWish.isWished {
                let seconds = Double(waited.components.seconds)
                facts.outcome =
                    taken == nil
                    ? .notTaken(queue: queue, seconds: seconds) : .unfinished(status: status, seconds: seconds)
                return true
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private mutating func search() async throws {
        let began = ContinuousClock.now
        let answer = try await indexer.search(SearchRequest(words, filter: SearchFilter(domain: Self.host), limit: 20))
        note("search", since: began)
        if !answer.hits.contains(where: { $0.url == url }) {
            facts.outcome = .notFound("\(answer.hits.count) hits, none of them the canary")
        }
    }

    private mutating func takeAway(_ job: String, mayRun: Bool) async {
        let began = ContinuousClock.now
        var problem: String?
        do { if mayRun { try await end(job) } } catch { problem = "\(error)" }
        do {
            _ = try await indexer.delete(url)
            _ = try await registry.delete([job])
            note("delete", since: began)
            if problem == nil, try await indexer.audit(url).points > 0 { problem = "it has points again" }
        } catch {
            problem = "\(error)"
            // Qdrant may be away while Redis is not.
            _ = try? await registry.delete([job])
        }
        facts.left = problem.map { "\(url): \($0)" }
    }

    /// Returns once no worker writes for it any more.
    private func end(_ job: String) async throws {
        let limit = ContinuousClock.now + Self.patience
        var asked = ""
        while let found = try await registry.details(of: job)?.job {
            switch found.status {
            case "started":
                if found.worker != asked { try await registry.stop(job, runBy: found.worker) }
                asked = found.worker
                guard .now < limit else {
                    _ = try await registry.cancel([job])
                    throw ControlError.refused(
                        "\(found.worker) did not stop its job in time and may write its points yet")
                }
            case "finished", "failed", "stopped", "canceled": return
            default:
                guard try await registry.cancel([job]).first?.status == "started" else { return }
                // A worker has taken it in between, and nobody sees any more when it lets go of it.
                let worker = try await registry.details(of: job)?.job.worker ?? ""
                try await registry.stop(job, runBy: worker)
                throw ControlError.refused("\(worker) took its job at that very moment and may write its points yet")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private mutating func note(_ step: String, since began: ContinuousClock.Instant) {
        let time = (ContinuousClock.now - began).components
        facts.steps.append((step, Double(time.seconds) + Double(time.attoseconds) / 1e18))
    }
}
