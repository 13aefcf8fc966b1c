@testable import pulsectl

extension Facts {
    /// A fleet that does its work, on a host where everything is as it should be.
    static var well: Facts {
        var facts = Facts()
        facts.settings.sources = ["the environment", "/etc/pulse/pulse.env"]
        facts.redis = Service(
            address: Address(url: "redis://redis.example:6379"), sight: .seen(RedisFacts(version: "7.0.15")))
        var store = StoreFacts(version: "1.19.0")
        store.name = "docs"
        store.collection = StoreFacts.Collection(dimension: 384, distance: "Cosine", model: "minilm", points: 7)
        facts.qdrant = Service(address: Address(url: "http://qdrant.example:6333"), sight: .seen(store))
        facts.tei = [server("http://tei.example:8080")]
        facts.queue = .seen(
            QueueFacts(
                queues: [QueueFacts.Queue(name: "indexing", queued: 3, started: 1, oldestAge: 2)],
                workers: [QueueFacts.Worker(name: "pulse-host-worker.1", queues: ["indexing"], silence: 1)]))
        var supervisor = SupervisorFacts.Seen(socket: "/run/pulse/supervisor.sock", pid: 4711, summary: "healthy")
        for dependency in Dependency.allCases { supervisor.services[dependency] = .init(isHealthy: true) }
        facts.supervisor = .seen(supervisor)
        facts.unit = UnitFacts(hasSystemd: true, isInstalled: true, isEnabled: true, fileLimit: 524_288, openFiles: 20)
        return facts
    }

    static func server(_ url: String, _ change: (inout EmbeddingFacts) -> Void = { _ in }) -> Service<EmbeddingFacts> {
        var tei = EmbeddingFacts(
            model: "minilm", revision: "abc", window: 512, batchTokens: 16_384, clientBatch: 32, concurrent: 512,
            dimension: 384, chunkTokens: 256)
        change(&tei)
        return Service(address: Address(url: url), sight: .seen(tei))
    }

    mutating func changeRedis(_ change: (inout RedisFacts) -> Void) { redis.sight.change(change) }
    mutating func changeStore(_ change: (inout StoreFacts) -> Void) { qdrant.sight.change(change) }
    mutating func changeCollection(_ change: (inout StoreFacts.Collection) -> Void) {
        changeStore { store in
            guard var collection = store.collection else { return }
            change(&collection)
            store.collection = collection
        }
    }
    mutating func changeTEI(_ change: (inout EmbeddingFacts) -> Void) { tei[0].sight.change(change) }
    mutating func changeQueue(_ change: (inout QueueFacts) -> Void) { queue.change(change) }
    mutating func changeSupervisor(_ change: (inout SupervisorFacts.Seen) -> Void) {
        guard case .seen(var seen) = supervisor else { return }
        change(&seen)
        supervisor = .seen(seen)
    }

    /// The dependency is in trouble, as an effect would note it.
    mutating func trouble(
        _ dependency: Dependency, _ id: FindingID, _ reason: String = "reason", _ remedy: String? = "remedy"
    ) {
        let trouble = Trouble(id: id, reason: reason, remedy: remedy)
        switch dependency {
        case .proxy:
            proxy = Address(url: "http://proxy.example:3128")
            proxySight = .trouble(trouble)
        case .redis: redis.sight = .trouble(trouble)
        case .qdrant: qdrant.sight = .trouble(trouble)
        case .tei: tei[0].sight = .trouble(trouble)
        }
    }

    /// What is known of an address besides.
    mutating func about(
        _ dependency: Dependency, url: String? = nil, clock: Double? = nil, certificate: Int? = nil,
        speaker: Speaker? = nil
    ) {
        func change<Value>(_ service: inout Service<Value>) {
            if let url { service.address = Address(url: url) }
            (service.clockOffset, service.certificateSecondsLeft, service.speaker) = (clock, certificate, speaker)
        }
        switch dependency {
        case .proxy: if let url { proxy = Address(url: url) }
        case .redis: change(&redis)
        case .qdrant: change(&qdrant)
        case .tei: change(&tei[0])
        }
    }
}

extension Sight {
    fileprivate mutating func change(_ change: (inout Value) -> Void) {
        guard case .seen(var value) = self else { return }
        change(&value)
        self = .seen(value)
    }
}
