/// In which order a document's points are written, so that a crash after any write, followed by the same or another
/// version of the document, ends with that version's points and no others.
///
/// Point 0 carries the document's state. It is written first as *intent*: no content hash, and in `chunk_high` a bound
/// above every ordinal that may exist from now on. Then the others, then the deletion of those above the new count, and
/// last the state that makes the document complete. Writing the state only at the end loses points: a version that
/// crashed half way leaves ordinals nobody knows of.
///
/// Points of the replaced product go once the new ones are there, so that a search always finds the document, and before
/// the commit, so that a crash in between leaves a document that is looked at again.
///
/// Chunks are numbered as they are written, so one that is split or dropped on the way leaves no gap.
struct CommitPlan: Equatable {
    enum Step: Equatable {
        /// The first `count` chunks are the whole document and go with their final state in one request.
        case writeWhole(count: Int)
        /// The first `count` chunks in one request, chunk 0 with an empty hash. More than one only where a request is one
        /// operation of the store.
        case writeIntent(count: Int, high: Int)
        /// The chunks with these ordinals.
        case write(Range<Int>)
        /// The bound turned out too low: lift it before anything is written above it.
        case raise(high: Int)
        /// The points that the replaced product wrote for this document.
        case deleteOld
        case delete(Range<Int>)
        /// The document is complete with so many chunks.
        case commit(count: Int)
        /// As many chunks as could be embedded are there; without a hash the next run begins anew.
        case settleIncomplete(count: Int)

        /// The ordinals whose points it writes; nil when it writes none.
        var upserted: Range<Int>? {
            switch self {
            case .writeWhole(let count), .writeIntent(let count, _): 0..<count
            case .write(let range): range
            case .raise, .deleteOld, .delete, .commit, .settleIncomplete: nil
            }
        }
    }

    /// Above every ordinal that the store may hold.
    private(set) var high: Int
    private(set) var written = 0
    private let planned: Int
    private let isOneShard: Bool
    private let hasOldPoints: Bool
    private var isComplete = true
    private var isDone = false

    /// - Parameters:
    ///   - storedHigh: `chunk_high` of point 0, zero without one.
    ///   - planned: how many chunks the document will have, as far as is known.
    ///   - isOneShard: an upsert is one operation only within a shard.
    ///   - hasOldPoints: the replaced product's points of this document are there.
    init(storedHigh: Int, planned: Int, isOneShard: Bool, hasOldPoints: Bool = false) {
        high = storedHigh
        self.planned = planned
        self.isOneShard = isOneShard
        self.hasOldPoints = hasOldPoints
    }

    /// A chunk will be missing.
    mutating func dropChunk() { isComplete = false }

    /// Steps for the next `count` chunks, at most one request's worth.
    mutating func write(_ count: Int, isLast: Bool) -> [Step] {
        guard count > 0 else { return [] }
        let range = written..<written + count
        written += count
        if range.lowerBound == 0 {
            if isLast, isOneShard, isComplete, high <= count, !hasOldPoints {
                isDone = true
                return [.writeWhole(count: count)]
            }
            high = max(high, planned, count)
            return isOneShard ? [.writeIntent(count: count, high: high)] : intent(count)
        }
        if range.upperBound > high {
            high = range.upperBound
            return [.raise(high: high), .write(range)]
        }
        return [.write(range)]
    }

    /// The same in smaller requests, when the store refuses the step as too large; nil when it is as small as can be.
    ///
    /// What was one operation is one no more: the first chunks then begin with the intent, whatever they were before.
    mutating func divide(_ step: Step) -> [Step]? {
        switch step {
        case .writeWhole(let count) where count > 1:
            isDone = false
            high = max(high, planned, count)
            return intent(count)
        case .writeIntent(let count, _) where count > 1: return intent(count)
        case .write(let range) where range.count > 1:
            let middle = range.lowerBound + range.count / 2
            return [.write(range.lowerBound..<middle), .write(middle..<range.upperBound)]
        case .writeWhole, .writeIntent, .write, .raise, .deleteOld, .delete, .commit, .settleIncomplete: return nil
        }
    }

    /// Steps once all chunks are written. Nothing at all was written: the old points stay.
    mutating func finish() -> [Step] {
        if isDone || written == 0 { return [] }
        isDone = true
        let old: [Step] = hasOldPoints ? [.deleteOld] : []
        let stale: [Step] = written < high ? [.delete(written..<high)] : []
        return old + stale + [isComplete ? .commit(count: written) : .settleIncomplete(count: written)]
    }

    private func intent(_ count: Int) -> [Step] {
        [.writeIntent(count: 1, high: high)] + (count > 1 ? [.write(1..<count)] : [])
    }
}
