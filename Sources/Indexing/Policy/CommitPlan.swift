/// In which order a document's points are written, so that a crash after any write, followed by the same or another
/// version of the document, ends with that version's points and no others.
///
/// Point 0 carries the document's state. It is written first as *intent*: no content hash, and in `chunk_high` a bound
/// above every ordinal that may exist from now on. Then the others, then the deletion of those above the new count, and
/// last the state that makes the document complete. Writing the state only at the end loses points: a version that
/// crashed half way leaves ordinals nobody knows of.
///
/// Chunks are numbered as they are written, so one that is split or dropped on the way leaves no gap.
struct CommitPlan: Equatable {
    enum Step: Equatable {
        /// The first `count` chunks are the whole document and go with their final state in one request.
        case writeWhole(count: Int)
        /// Chunk 0 with an empty hash.
        case writeIntent(high: Int)
        /// The chunks with these ordinals.
        case write(Range<Int>)
        /// The bound turned out too low: lift it before anything is written above it.
        case raise(high: Int)
        case delete(Range<Int>)
        /// The document is complete with so many chunks.
        case commit(count: Int)
        /// As many chunks as could be embedded are there; without a hash the next run begins anew.
        case settleIncomplete(count: Int)
    }

    /// Above every ordinal that the store may hold.
    private(set) var high: Int
    private(set) var written = 0
    private let planned: Int
    private let isOneShard: Bool
    private var isComplete = true
    private var isDone = false

    /// - Parameters:
    ///   - storedHigh: `chunk_high` of point 0, zero without one.
    ///   - planned: how many chunks the document will have, as far as is known.
    ///   - isOneShard: an upsert is one operation only within a shard.
    init(storedHigh: Int, planned: Int, isOneShard: Bool) {
        high = storedHigh
        self.planned = planned
        self.isOneShard = isOneShard
    }

    /// A chunk will be missing.
    mutating func dropChunk() { isComplete = false }

    /// Steps for the next `count` chunks, at most one request's worth.
    mutating func write(_ count: Int, isLast: Bool) -> [Step] {
        guard count > 0 else { return [] }
        let range = written..<written + count
        written += count
        if range.lowerBound == 0 {
            if isLast, isOneShard, isComplete, high <= count {
                isDone = true
                return [.writeWhole(count: count)]
            }
            high = max(high, planned, count)
            return [.writeIntent(high: high)] + (count > 1 ? [.write(1..<count)] : [])
        }
        if range.upperBound > high {
            high = range.upperBound
            return [.raise(high: high), .write(range)]
        }
        return [.write(range)]
    }

    /// Steps once all chunks are written. Nothing at all was written: the old points stay.
    mutating func finish() -> [Step] {
        if isDone || written == 0 { return [] }
        isDone = true
        let stale: [Step] = written < high ? [.delete(written..<high)] : []
        return stale + [isComplete ? .commit(count: written) : .settleIncomplete(count: written)]
    }
}
