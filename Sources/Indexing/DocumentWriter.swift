/// Writes one document's points in the order of its `CommitPlan`, embedding the next wave while one is being written, so
/// that memory holds two waves whatever the document's size.
struct DocumentWriter: Sendable {
    static let wavePoints = 128
    static let waveBytes = 4 << 20

    let writes: PointWrites
    let embedder: ChunkEmbedder
    let identity: String
    let payload: DocumentPayload
    let chunker: String
    /// nil = points have one vector.
    let keywords: KeywordVectors?
    /// Deletes what the replaced product wrote for this document.
    let deleteOld: @Sendable () async -> Result<Void, CallFailure>
    /// The state to commit; count, bound and tokens are filled in as they become known.
    var state: DocumentState
    var plan: CommitPlan
    let reached: @Sendable (IndexingStep) -> Void

    private(set) var losses: [ChunkEmbedder.Loss] = []
    private(set) var written = 0
    private(set) var tokens = 0
    /// Bytes of the fields that every point repeats, and of what else surrounds a chunk's text.
    private let shared: Int

    init(
        writes: PointWrites, embedder: ChunkEmbedder, identity: String, payload: DocumentPayload, chunker: String,
        keywords: KeywordVectors? = nil, state: DocumentState, plan: CommitPlan,
        deleteOld: @escaping @Sendable () async -> Result<Void, CallFailure> = { .success(()) },
        reached: @escaping @Sendable (IndexingStep) -> Void = { _ in }
    ) {
        self.writes = writes
        self.embedder = embedder
        self.identity = identity
        self.payload = payload
        self.chunker = chunker
        self.keywords = keywords
        self.state = state
        self.plan = plan
        self.deleteOld = deleteOld
        self.reached = reached
        shared = payload.metadata.size + 512
    }

    mutating func write(_ chunks: [Chunk]) async throws(CallFailure) {
        let waves = Self.waves(chunks, shared: shared)
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

    /// A step that is larger than the store takes is divided, here or when it is refused.
    private mutating func perform(_ steps: [CommitPlan.Step], _ wave: ChunkEmbedder.Embedded) async throws(CallFailure)
    {
        // The last deletions go with what follows them, in one request: the store does one after the other.
        var held: [PointUpdate] = []
        var steps = steps[...]
        while let step = steps.popFirst() {
            if let range = step.upserted, !writes.bound.holds(size(of: range, in: wave)),
                let smaller = plan.divide(step)
            {
                steps = smaller + steps
                continue
            }
            do throws(CallFailure) {
                switch step {
                case .writeWhole(let count):
                    try await upsert(0..<count, wave, state(count: count, high: count, done: true))
                    reached(.wroteWhole)
                case .writeIntent(let count, let high):
                    try await upsert(0..<count, wave, state(count: 0, high: high, done: false))
                    reached(.wroteIntent)
                    if count > 1 { reached(.wrotePoints) }
                case .write(let range):
                    try await upsert(range, wave, nil)
                    reached(.wrotePoints)
                case .raise(let high):
                    var payload = Payload()
                    payload.set("chunk_high", .integer(high))
                    try await writes.update([.setPayload(payload, of: [first])])
                case .deleteOld: try await deleteOld().get()
                case .delete(let range):
                    let deletions = PointUpdate.deletions(
                        range.lazy.map { [identity] in PointName(identity: identity, ordinal: $0) })
                    for deletion in deletions.dropLast() { try await writes.update([deletion]) }
                    held = Array(deletions.suffix(1))
                case .commit(let count):
                    try await settle(state(count: count, high: count, done: true), after: held)
                    if !held.isEmpty { reached(.deletedRest) }
                    reached(.committed)
                case .settleIncomplete(let count):
                    try await settle(state(count: count, high: count, done: false), after: held)
                }
            } catch .fault(let fault) where SizeRefusal(fault) != nil {
                guard let smaller = plan.divide(step) else { throw tooLarge(step, wave, fault) }
                steps = smaller + steps
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
                text: chunk.text, size: Self.size(chunk, vector, shared))
        }
        try await writes.upsert(batch)
    }

    private func size(of range: Range<Int>, in wave: ChunkEmbedder.Embedded) -> RequestSize {
        wave.points[(range.lowerBound - written)..<(range.upperBound - written)].reduce(RequestSize()) { sum, point in
            sum + Self.size(point.chunk, point.vector, shared)
        }
    }

    private static func size(_ chunk: Chunk, _ vector: EmbeddedVector, _ shared: Int) -> RequestSize {
        RequestSize(points: 1, bytes: vector.range.count + chunk.size + shared)
    }

    private func settle(_ state: DocumentState, after deletions: [PointUpdate]) async throws(CallFailure) {
        try await writes.update(deletions + [.setPayload(state.payload, of: [first])])
    }

    private var first: PointName { PointName(identity: identity, ordinal: 0) }

    /// One point that no request will ever hold: the document's fault, and its point is named.
    private func tooLarge(
        _ step: CommitPlan.Step, _ wave: ChunkEmbedder.Embedded, _ fault: ServiceFault
    ) -> CallFailure {
        guard let ordinal = step.upserted?.first else { return .fault(fault) }
        let chunk = wave.points[ordinal - written].chunk
        return .fault(
            ServiceFault(
                .qdrant, .poison,
                "chunk \(chunk.ordinal), bytes \(chunk.bytes.lowerBound)..<\(chunk.bytes.upperBound), is refused as too large "
                    + "though sent alone: \(fault.reason)",
                remedy: "raise the limit of Qdrant or of the proxy before it, or lower PULSE_CHUNK_TOKENS",
                status: fault.status))
    }

    private func state(count: Int, high: Int, done: Bool) -> DocumentState {
        var state = state
        if !done { (state.contentHash, state.metaHash) = ("", "") }
        (state.chunkCount, state.chunkHigh, state.totalTokens) = (count, high, tokens)
        return state
    }

    /// Cuts by the number of points and by the bytes of their payloads.
    ///
    /// - Parameter shared: bytes that surround each text; a long description counts once for each.
    static func waves(_ chunks: [Chunk], shared: Int) -> [Range<Int>] {
        var waves: [Range<Int>] = []
        var start = 0
        var bytes = 0
        for index in chunks.indices {
            let size = chunks[index].size + shared
            if index > start, index - start == wavePoints || bytes + size > waveBytes {
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
