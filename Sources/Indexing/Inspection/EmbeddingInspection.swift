/// Looks at embedding servers without leaving anything behind: what a worker would be told, and what it would stumble over.
package struct EmbeddingInspection: Sendable {
    package struct Facts: Sendable {
        package var modelID: String?
        package var modelSHA: String?
        package var maxInputLength = 0
        package var maxBatchTokens = 0
        package var maxClientBatchSize = 0
        package var maxConcurrentRequests = 0
        package var dimension: Int?
        /// Tokens of a prompt that the server puts before every text by itself.
        package var defaultPromptTokens: Int?
    }

    private let settings: IndexingSettings
    private let http: HTTPClient

    package init(_ settings: IndexingSettings) {
        self.settings = settings
        http = HTTPClient(proxy: settings.proxy)
    }

    /// In the order of the settings.
    package var urls: [String] { settings.teiEndpoints.map(\.url) }

    /// One attempt for each question; the first that fails ends the look.
    package func look(at index: Int) async -> Inspected<Facts> {
        var sight = Inspected(facts: Facts())
        let caller = ServiceCaller(.tei, settings.teiEndpoints[index], http)
        let endpoint = EmbedEndpoint(caller: caller, settings: settings.embedding)
        do throws(CallFailure) {
            let response = try await caller.call(.get, "/info", purpose: .probe)
            sight.date = response.dated
            let info = try endpoint.info(in: response)
            (sight.facts.modelID, sight.facts.modelSHA) = (info.model_id, info.model_sha)
            sight.facts.maxInputLength = info.max_input_length
            sight.facts.maxBatchTokens = info.max_batch_tokens
            sight.facts.maxClientBatchSize = info.max_client_batch_size
            sight.facts.maxConcurrentRequests = info.max_concurrent_requests
            let answer: EmbedEndpoint.Answer
            do throws(CallFailure) {
                answer = try await endpoint.embed(
                    ["pulse"], .document, dimension: settings.embedding.dimensions, .probe)
            } catch {
                throw endpoint.refused(error, .document)
            }
            sight.facts.dimension = answer.dimension
            sight.facts.defaultPromptTokens = try await endpoint.defaultPromptTokens(.probe)
        } catch {
            if case .fault(let fault) = error { sight.fault = fault }
        }
        return sight
    }

    /// The model behind another address, if an embedding server answers there. It is not shown the key, which is not its own.
    package func model(at url: String) async -> String? {
        var endpoint = settings.tei
        (endpoint.url, endpoint.apiKey) = (url, nil)
        let asked = EmbedEndpoint(caller: ServiceCaller(.tei, endpoint, http), settings: settings.embedding)
        return try? await asked.info(.probe).model_id
    }
}
