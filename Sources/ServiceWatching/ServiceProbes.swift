package import Indexing

/// Asks TEI and Qdrant how they are, so that an idle worker notices an outage too, and one that waits notices its end: Qdrant
/// whenever nobody else has lately, TEI all the same, which may have another model.
package struct ServiceProbes {
    private let indexer: Indexer
    private let services: ServiceWatch
    /// From one check to the next.
    private let interval: Duration
    private let changed: @Sendable () -> Void

    package init(
        indexer: Indexer, services: ServiceWatch, interval: Duration, changed: @escaping @Sendable () -> Void
    ) {
        self.indexer = indexer
        self.services = services
        self.interval = interval
        self.changed = changed
    }

    /// Checks both once, side by side.
    package func checkAll() async {
        async let tei = indexer.tei.check()
        async let qdrant = indexer.qdrant.check()
        _ = await (tei, qdrant)
        services.tell()
    }

    /// Goes on until cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await watch(indexer.tei) }
            group.addTask { await watch(indexer.qdrant) }
        }
    }

    private func watch(_ probe: ServiceProbe) async {
        while !Task.isCancelled {
            if isDue(probe) {
                let before = probe.lastSeen
                let after = await probe.check()
                services.tell()
                if before != after { changed() }
            }
            do { try await Task.sleep(for: pause(probe)) } catch { return }
        }
    }

    private func isDue(_ probe: ServiceProbe) -> Bool {
        if case .none(_, let wait) = probe.admission { return wait <= .zero }
        return probe.age.map { $0 >= interval } ?? true
    }

    private func pause(_ probe: ServiceProbe) -> Duration {
        if case .none(_, let wait) = probe.admission { return max(wait, .milliseconds(20)) }
        return max(interval - (probe.age ?? interval), .milliseconds(20))
    }
}
