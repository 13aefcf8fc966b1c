/// Embeds chunks; one that the model refuses is cut smaller, and given up only when the smallest piece is refused too.
struct ChunkEmbedder: Sendable {
    struct Embedded: Sendable {
        var points: [(chunk: Chunk, vector: EmbeddedVector)] = []
        var losses: [Loss] = []
    }

    /// A piece of a document that cannot be embedded.
    struct Loss: Sendable, CustomStringConvertible {
        let ordinal: Int
        let bytes: Range<Int>
        let reason: String

        var description: String { "chunk \(ordinal), bytes \(bytes.lowerBound)..<\(bytes.upperBound): \(reason)" }
    }

    /// A chunk is halved so often before what is left of it is given up.
    private static let depth = 4

    let embeddings: TextEmbeddings
    let chunker: DocumentChunker

    func embed(_ chunks: ArraySlice<Chunk>) async -> Result<Embedded, CallFailure> {
        do throws(CallFailure) {
            let embedded = try await embed(Array(chunks), depth: Self.depth)
            try confirmModel()
            return .success(embedded)
        } catch {
            return .failure(error)
        }
    }

    /// A document is cut for one model, and says in the end by which it was embedded: a server that came back with another one
    /// meanwhile must not finish it.
    private func confirmModel() throws(CallFailure) {
        let all = embeddings.endpoints.lazy.compactMap(\.facts)
        guard let now = all.first(where: { !$0.isSameModel(as: chunker.facts) }) else { return }
        throw .fault(
            ServiceFault(
                .tei, .transient,
                "the model changed while a document was being embedded: from \(chunker.facts.identity) to \(now.identity)"
            ))
    }

    private func embed(_ chunks: [Chunk], depth: Int) async throws(CallFailure) -> Embedded {
        let outcomes = try await embeddings.embed(chunks.map(\.text))
        var embedded = Embedded()
        for (chunk, outcome) in zip(chunks, outcomes) {
            switch outcome {
            case .vector(let vector): embedded.points.append((chunk, vector))
            case .rejected(let fault):
                let pieces = depth > 0 ? try await chunker.split(chunk) : []
                if pieces.count < 2 {
                    embedded.losses.append(Loss(ordinal: chunk.ordinal, bytes: chunk.bytes, reason: fault.reason))
                } else {
                    let parts = try await embed(pieces, depth: depth - 1)
                    embedded.points += parts.points
                    // Named by the chunk that the document was cut into: the pieces' own numbers mean nothing to a reader.
                    embedded.losses += parts.losses.map {
                        Loss(ordinal: chunk.ordinal, bytes: $0.bytes, reason: $0.reason)
                    }
                }
            }
        }
        return embedded
    }
}
