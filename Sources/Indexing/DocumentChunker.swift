internal import Settings

/// Cuts a document for a model: its structure from the Markdown, its tokens from the model.
struct DocumentChunker: Sendable {
    /// The decision itself, as ``Chunker/chunk(_:blocks:tokens:settings:title:)`` makes it. Without the title: that one is a
    /// field of its own, which may change while the content does not.
    typealias Pack = @Sendable (SourceText, [Block], TokenMap, ChunkSettings) -> [Chunk]

    let embeddings: TextEmbeddings
    let facts: ModelFacts
    let settings: ChunkSettings
    let tokenCount: Settings.TokenCount
    let pack: Pack

    init(
        embeddings: TextEmbeddings, facts: ModelFacts, chunkTokens: Int, overlap: Int,
        tokenCount: Settings.TokenCount = .auto, pack: @escaping Pack = Self.structural
    ) {
        self.embeddings = embeddings
        self.facts = facts
        self.tokenCount = tokenCount
        self.pack = pack
        settings = ChunkSettings(budget: max(1, min(chunkTokens, facts.textTokens)), overlap: overlap)
    }

    /// The document's text is let go of as soon as the chunks' own source is made of it.
    func cut(_ markdown: consuming String) async throws(CallFailure) -> [Chunk] {
        let place = WorkPlace(bytes: markdown.utf8.count)
        let (text, blocks) = try await Self.parse(markdown, at: place)
        let tokens = try await tokenMap(text, blocks, at: place)
        return try await place.run { pack(text, blocks, tokens, settings) }
    }

    private static func parse(
        _ markdown: consuming String, at place: WorkPlace
    ) async throws(CallFailure) -> (SourceText, [Block]) {
        let markdown = consume markdown
        return try await place.run {
            let text = SourceText(normalising: markdown)
            return (text, MarkdownBlocks.parse(text))
        }
    }

    static let structural: Pack = { text, blocks, tokens, settings in
        Chunker.chunk(text, blocks: blocks, tokens: tokens, settings: settings)
    }

    /// Smaller pieces of a chunk that the model refused; the chunk itself when there are none. One that the tokenizer refuses
    /// too is halved.
    func split(_ chunk: Chunk) async throws(CallFailure) -> [Chunk] {
        let spans: [TokenSpan]?
        do throws(CallFailure) {
            spans = try await embeddings.tokenize([chunk.text]).first
        } catch {
            guard case .fault(let fault) = error, fault.kind == .poison else { throw error }
            spans = nil
        }
        return Chunker.resplit(chunk, budget: settings.budget, spans: spans)
    }

    /// ``chunkerVersion``, and the way of counting when it is not the model's own: it cuts otherwise.
    var version: String {
        isExact == needsExact ? chunkerVersion : "\(chunkerVersion) \(tokenCount.rawValue)"
    }

    /// A model whose window is hardly larger than a chunk is asked for every token; elsewhere an estimate is enough, as
    /// the window forgives its error.
    private var needsExact: Bool { settings.budget * 2 > facts.textTokens }

    private var isExact: Bool {
        switch tokenCount {
        case .auto: needsExact
        case .exact: true
        case .estimated: false
        }
    }

    private func tokenMap(
        _ text: SourceText, _ blocks: [Block], at place: WorkPlace
    ) async throws(CallFailure) -> TokenMap {
        guard isExact else {
            return try await place.run { .estimated(EstimatedTokens(text: text, calibration: facts.calibration)) }
        }
        var limits = TokenizePlan.Limits()
        limits.pieces = min(limits.pieces, facts.maxClientBatchSize)
        limits.piece = min(limits.piece, facts.maxTextCharacters)
        let plan = TokenizePlan(text: text, blocks: blocks, limits: limits)
        var answers = TokenizeAnswers(to: plan)
        for request in plan.requests {
            let spans = try await embeddings.tokenize(plan.texts(of: request, in: text))
            try believed { () throws(TokenizeMismatch) in try answers.append(spans) }
        }
        return try believed { () throws(TokenizeMismatch) in try answers.tokenMap() }
    }

    private func believed<Value>(_ work: () throws(TokenizeMismatch) -> Value) throws(CallFailure) -> Value {
        do throws(TokenizeMismatch) { return try work() } catch { throw embeddings.garbage("\(error)") }
    }
}
