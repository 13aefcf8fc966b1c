import HTTPServing
import Indexing
import Synchronization

/// `GET /api/stats`. Counting goes through a whole collection: what was counted a moment ago will do, and those who ask at the
/// same time share one answer.
final class StatsRoute: Sendable {
    private struct Counted {
        var figures: CollectionFigures
        var at: ContinuousClock.Instant
    }

    private let indexer: Indexer
    private let counted = Mutex<Counted?>(nil)
    private let counting = Mutex<Task<Result<CollectionFigures, IndexingFailure>, Never>?>(nil)
    private static let freshness = Duration.seconds(5)

    init(indexer: Indexer) { self.indexer = indexer }

    func answer() async -> HTTPResponse {
        switch await figures() {
        case .failure(let failure): .failed(failure)
        case .success(let figures):
            .json(
                200,
                [
                    "total_documents": .integer(figures.documents), "total_chunks": .integer(figures.points),
                    "qdrant_points": .integer(figures.points), "bm25_documents": .integer(figures.byWords),
                    "collection_name": .string(figures.collection),
                ])
        }
    }

    private func figures() async -> Result<CollectionFigures, IndexingFailure> {
        if let known = counted.withLock({ $0 }), known.at.duration(to: .now) < Self.freshness {
            return .success(known.figures)
        }
        let task = counting.withLock { task in
            if let task { return task }
            let fresh = Task { [self] in await count() }
            task = fresh
            return fresh
        }
        return await task.value
    }

    private func count() async -> Result<CollectionFigures, IndexingFailure> {
        let result: Result<CollectionFigures, IndexingFailure>
        do throws(IndexingFailure) {
            let figures = try await indexer.figures()
            counted.withLock { $0 = Counted(figures: figures, at: .now) }
            result = .success(figures)
        } catch {
            result = .failure(error)
        }
        counting.withLock { $0 = nil }
        return result
    }
}
