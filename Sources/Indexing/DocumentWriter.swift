/// Writes one document's points in the order of its `CommitPlan`, embedding the next wave while one is being written, so
/// that memory holds two waves whatever the document's size.
struct DocumentWriter: Sendable {
    static let waveBytes = 4 << 20
    static let idsPerRequest = 1000

    let store: VectorStore
    let embedder: ChunkEmbedder
    let identity: String
    let payload: DocumentPayload
    let chunker: String
    /// nil = points have one vector.
    let keywords: KeywordVectors?
    /// The state to commit; count, bound and tokens are filled in as they become known.
    var state: DocumentState
    var plan: CommitPlan
    let reached: @Sendable (IndexingStep) -> Void

    private(set) var losses: [ChunkEmbedder.Loss] = []
    private(set) var written = 0
    private(set) var tokens = 0

    init(
        store: VectorStore, embedder: ChunkEmbedder, identity: String, payload: DocumentPayload, chunker: String,
        keywords: KeywordVectors? = nil, state: DocumentState, plan: CommitPlan,
        reached: @escaping @Sendable (IndexingStep) -> Void = { _ in }
    ) {
        self.store = store
        self.embedder = embedder
        self.identity = identity
        self.payload = payload
        self.chunker = chunker
        self.keywords = keywords
        self.state = state
        self.plan = plan
        self.reached = reached
    }

    mutating func write(_ chunks: [Chunk]) async throws(CallFailure) {
        let waves = Self.waves(chunks, shared: payload.metadata.size)
        guard let first = waves.first else { return }
        var current = try await embedder.embed(chunks[first]).get()
        reached(.embedded)
        for index in waves.indices {
            let isLast = index + 1 == waves.endIndex
            async let ahead = isLast ? .success(.init()) : embedder.embed(chunks[waves[index + 1]])
            try await write(current, isLast: isLast)
            current = try await ahead.get()
        }
        try await perform(plan.finish(), .init())
    }

    private mutating func write(_ wave: ChunkEmbedder.Embedded, isLast: Bool) async throws(CallFailure) {
        for loss in wave.losses {
            losses.append(loss)
            plan.dropChunk()
        }
        tokens += wave.points.reduce(0) { $0 + $1.chunk.tokens }
        try await perform(plan.write(wave.points.count, isLast: isLast), wave)
        written += wave.points.count
    }

    private func perform(_ steps: [CommitPlan.Step], _ wave: ChunkEmbedder.Embedded) async throws(CallFailure) {
        for step in steps {
            switch step {
            case .writeWhole(let count):
                try await upsert(0..<count, wave, state(count: count, high: count, done: true))
                reached(.wroteWhole)
            case .writeIntent(let high):
                try await upsert(0..<1, wave, state(count: 0, high: high, done: false))
                reached(.wroteIntent)
            case .write(let range):
                try await upsert(range, wave, nil)
                reached(.wrotePoints)
            case .raise(let high):
                var payload = Payload()
                payload.set("chunk_high", .integer(high))
                try await store.setPayload(payload, of: [PointID.of(identity: identity, ordinal: 0)])
            case .delete(let range):
                for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.idsPerRequest) {
                    let end = min(start + Self.idsPerRequest, range.upperBound)
                    try await store.delete((start..<end).map { PointID.of(identity: identity, ordinal: $0) })
                }
                reached(.deletedRest)
            case .commit(let count):
                try await settle(state(count: count, high: count, done: true))
                reached(.committed)
            case .settleIncomplete(let count): try await settle(state(count: count, high: count, done: false))
            }
        }
    }

    /// - Parameter range: ordinals; the wave begins at `written`.
    private func upsert(
        _ range: Range<Int>, _ wave: ChunkEmbedder.Embedded, _ state: DocumentState?
    ) async throws(CallFailure) {
        var batch = PointBatch(keywords: keywords)
        for ordinal in range {
            let (chunk, vector) = wave.points[ordinal - written]
            batch.append(
                PointID.of(identity: identity, ordinal: ordinal), vector,
                payload.point(chunk, ordinal: ordinal, chunker: chunker, state: ordinal == 0 ? state : nil),
                text: chunk.text)
        }
        try await store.upsert(batch)
    }

    private func settle(_ state: DocumentState) async throws(CallFailure) {
        try await store.setPayload(state.payload, of: [PointID.of(identity: identity, ordinal: 0)])
    }

    private func state(count: Int, high: Int, done: Bool) -> DocumentState {
        var state = state
        if !done { (state.contentHash, state.metaHash) = ("", "") }
        (state.chunkCount, state.chunkHigh, state.totalTokens) = (count, high, tokens)
        return state
    }

    /// Cuts by the number of points and by the bytes of their payloads.
    ///
    /// - Parameter shared: bytes of the fields that every point repeats; a long description counts once for each.
    static func waves(_ chunks: [Chunk], shared: Int) -> [Range<Int>] {
        var waves: [Range<Int>] = []
        var start = 0
        var bytes = 0
        for index in chunks.indices {
            let size = chunks[index].size + shared
            if index > start, index - start == PointBatch.pointLimit || bytes + size > waveBytes {
                waves.append(start..<index)
                start = index
                bytes = 0
            }
            bytes += size
        }
        if start < chunks.count { waves.append(start..<chunks.count) }
        return waves
    }
}
