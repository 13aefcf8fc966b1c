import Synchronization

/// Writes the points of many documents with few requests. A document's own steps follow each other: each is asked for when
/// the one before it is done.
final class PointWrites: Sendable {
    /// Enough to keep a collection's shards busy; each is a stream of its own to the server.
    private static let mostUpserts = 3
    /// The server does the operations of one request one after the other.
    private static let mostUpdates = 4
    private static let mostOperations = 64

    private let upserts: SharedRequests<PointBatch, Void>
    private let updates: SharedRequests<[PointUpdate], Void>
    private let learned: Learned

    /// How much one upsert may hold, as far as is known.
    private final class Learned: Sendable {
        let bound = Mutex(RequestBound())
    }

    init(_ store: VectorStore) {
        let learned = Learned()
        self.learned = learned
        let joint = JointWrite<PointBatch>(
            send: { batches, attempts in
                do throws(CallFailure) {
                    return .success(try await store.upsert(PointBatch(joining: batches), attempts))
                } catch {
                    return .failure(error)
                }
            },
            refused: { refusal, batches in
                let size = batches.reduce(RequestSize()) { $0 + $1.size }
                learned.bound.withLock { $0.learn(refusal, of: size) }
            })
        upserts = SharedRequests(
            mostUnderWay: Self.mostUpserts, size: { $0.size },
            holds: { size in learned.bound.withLock { $0.holds(size) } }, perform: { await joint.perform($0) })
        let jointUpdate = JointWrite<[PointUpdate]>(send: { updates, attempts in
            do throws(CallFailure) {
                return .success(try await store.update(PointUpdate.joined(updates), attempts))
            } catch {
                return .failure(error)
            }
        })
        updates = SharedRequests(
            mostUnderWay: Self.mostUpdates, size: { RequestSize(points: $0.count) },
            holds: { $0.points <= Self.mostOperations }, perform: { await jointUpdate.perform($0) })
    }

    /// How many upserts wait for a request to take them.
    var waitingUpserts: Int { upserts.waitingCount }

    var bound: RequestBound { learned.bound.withLock { $0 } }

    /// What refused large requests may be gone; if it is not, the bound is learnt again.
    func forgetBound() { learned.bound.withLock { $0 = RequestBound() } }

    /// One operation of the store where it has one shard: a batch is never divided.
    ///
    /// - Throws: a fault for which ``SizeRefusal`` has a name, when the batch alone is too large.
    func upsert(_ batch: PointBatch) async throws(CallFailure) { try await upserts.answer(to: batch) }

    /// In this order, each begun when the one before is done; one that fails ends them.
    func update(_ operations: [PointUpdate]) async throws(CallFailure) {
        if !operations.isEmpty { try await updates.answer(to: operations) }
    }
}
