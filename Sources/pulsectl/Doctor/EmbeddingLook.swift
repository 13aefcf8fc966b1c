import Indexing
import Settings

/// Looks at one embedding server.
struct EmbeddingLook: Sendable {
    /// Where TEI listens: as this product has it, in its own image, and by its own default.
    private static let ports = [8080, 80, 3000]

    private let settings: Settings
    private let inspection: EmbeddingInspection
    private let index: Int

    init(_ settings: Settings, _ inspection: EmbeddingInspection, _ index: Int) {
        (self.settings, self.inspection, self.index) = (settings, inspection, index)
    }

    func look(_ book: FactsBook) async {
        let index = index
        let address = Address(url: settings.teiURLs[index].description)
        let endpoint = EndpointLook(address: address)
        async let certificate = endpoint.certificateSecondsLeft()
        let sight = await inspection.look(at: index)
        let offset = EndpointLook.offset(sight.date)
        let outcome = outcome(sight)
        book.note { facts in (facts.tei[index].sight, facts.tei[index].clockOffset) = (outcome, offset) }
        // Through a proxy nobody but the service's own protocol is seen.
        if case .trouble(let first) = outcome, settings.httpProxy == nil {
            let trouble = await endpoint.refined(first)
            book.note { $0.tei[index].sight = .trouble(trouble) }
            await explain(trouble, address, endpoint, book)
        }
        let left = await certificate
        book.note { $0.tei[index].certificateSecondsLeft = left }
    }

    private func outcome(_ sight: Inspected<EmbeddingInspection.Facts>) -> Sight<EmbeddingFacts> {
        if let fault = sight.fault { return .trouble(Trouble(.tei, fault)) }
        let seen = sight.facts
        guard let model = seen.modelID, let dimension = seen.dimension else { return .pending }
        return .seen(
            EmbeddingFacts(
                model: model, revision: seen.modelSHA, window: seen.maxInputLength, batchTokens: seen.maxBatchTokens,
                clientBatch: seen.maxClientBatchSize, concurrent: seen.maxConcurrentRequests, dimension: dimension,
                defaultPromptTokens: seen.defaultPromptTokens ?? 0, wantedDimension: settings.vectorDimension,
                chunkTokens: settings.chunkTokens, hasPrompt: settings.teiPrompt != nil))
    }

    private func explain(_ trouble: Trouble, _ address: Address, _ endpoint: EndpointLook, _ book: FactsBook) async {
        let (index, inspection) = (index, inspection)
        if trouble.id == .reach(.tei, .badGateway) {
            let direct = await DirectAddress.find(behind: address, ports: Self.ports) {
                await inspection.model(at: $0) != nil
            }
            return book.note { $0.tei[index].direct = direct }
        }
        guard trouble.mayBeAnother else { return }
        var speaker = await endpoint.speaker()
        if speaker == nil || speaker == .http,
            await StoreInspection(IndexingSettings(settings)).version(at: settings.teiURLs[index].text) != nil
        {
            speaker = .qdrant
        }
        book.note { $0.tei[index].speaker = speaker }
    }
}
