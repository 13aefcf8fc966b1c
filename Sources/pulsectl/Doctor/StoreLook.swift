import Indexing
import Settings

/// Looks at Qdrant and the collection.
struct StoreLook: Sendable {
    private let settings: Settings
    private let files: HostFiles
    private let address: Address

    init(_ settings: Settings, _ files: HostFiles) {
        (self.settings, self.files) = (settings, files)
        address = Address(url: settings.qdrantURL.description)
    }

    func look(_ book: FactsBook) async {
        let (address, endpoint) = (address, EndpointLook(address: address))
        book.note { $0.qdrant.address = address }
        async let certificate = endpoint.certificateSecondsLeft()
        let inspection = StoreInspection(IndexingSettings(settings))
        let sight = await inspection.look()
        let offset = EndpointLook.offset(sight.date)
        let outcome = await outcome(sight)
        book.note { facts in (facts.qdrant.sight, facts.qdrant.clockOffset) = (outcome, offset) }
        // Through a proxy nobody but the service's own protocol is seen.
        if case .trouble(let first) = outcome, settings.httpProxy == nil {
            let trouble = await endpoint.refined(first)
            book.note { $0.qdrant.sight = .trouble(trouble) }
            await explain(trouble, endpoint, inspection, book)
        }
        let left = await certificate
        book.note { $0.qdrant.certificateSecondsLeft = left }
    }

    private func outcome(_ sight: Inspected<StoreInspection.Facts>) async -> Sight<StoreFacts> {
        if let fault = sight.fault { return .trouble(Trouble(.qdrant, fault)) }
        var facts = StoreFacts(
            version: sight.facts.version, isTooOld: sight.facts.isVersionTooOld, lockReason: sight.facts.lockReason,
            name: settings.qdrantCollection,
            wantedDistance: IndexingSettings(settings).collectionOptions.distance.rawValue,
            acceptsOtherModel: settings.modelChange == .reindex)
        facts.collection = sight.facts.collection.map {
            StoreFacts.Collection(
                dimension: $0.dimension, distance: $0.distance, model: $0.modelID, points: $0.points, status: $0.status,
                optimizerError: $0.optimizerError)
        }
        if address.isLoopback { facts.disk = await Wait.offPool { [files] in Self.disk(files) } }
        return .seen(facts)
    }

    /// Of a Qdrant that runs here, where it works: its storage is below that folder unless somebody has moved it.
    private static func disk(_ files: HostFiles) -> (free: Int, all: Int)? {
        let pid = files.names(in: "/proc").compactMap { Int32($0) }.first {
            files.text("/proc/\($0)/comm") == "qdrant\n"
        }
        return pid.flatMap { files.disk("/proc/\($0)/cwd/storage") ?? files.disk("/proc/\($0)/cwd") }
    }

    private func explain(
        _ trouble: Trouble, _ endpoint: EndpointLook, _ inspection: StoreInspection, _ book: FactsBook
    ) async {
        if trouble.id == .reach(.qdrant, .badGateway) {
            let direct = await DirectAddress.find(behind: address, ports: [6333]) {
                await inspection.version(at: $0) != nil
            }
            return book.note { $0.qdrant.direct = direct }
        }
        guard trouble.mayBeAnother else { return }
        var speaker = await endpoint.speaker()
        if speaker == nil || speaker == .http,
            let model = await EmbeddingInspection(IndexingSettings(settings)).model(at: settings.qdrantURL.text)
        {
            speaker = .tei(model: model)
        }
        book.note { $0.qdrant.speaker = speaker }
    }
}

/// A service that a proxy no longer reaches may well answer those who ask it directly.
enum DirectAddress {
    static func find(
        behind proxy: Address, ports: [Int], _ answers: @escaping @Sendable (String) async -> Bool
    ) async -> String? {
        let candidates = [proxy.host, "127.0.0.1"].flatMap { host in
            ports.filter { !(host == proxy.host && $0 == proxy.port) }.map {
                "http://\(host.contains(":") ? "[\(host)]" : host):\($0)"
            }
        }
        return await withTaskGroup(of: (Int, Bool).self, returning: String?.self) { group in
            for (index, url) in candidates.enumerated() { group.addTask { (index, await answers(url)) } }
            var found: Int?
            for await (index, isThere) in group where isThere { found = min(found ?? index, index) }
            return found.map { candidates[$0] }
        }
    }
}
