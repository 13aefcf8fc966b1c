/// What was seen of one document, small whatever its size, for there may be millions.
struct DocumentRecord: Equatable, Sendable {
    private var ordinals = OrdinalSet()
    private var points = 0
    private var old = 0
    private var outdated = 0
    private var strange = 0
    /// All its points are found by its URL: somebody else's may write it in another way.
    private(set) var isFoundByURL = true
    /// Of point 0: whether it is committed, and what it says of the others.
    private var state: (isCommitted: Bool, count: Int, high: Int)?

    static func == (left: DocumentRecord, right: DocumentRecord) -> Bool {
        (left.ordinals, left.points, left.old, left.outdated, left.strange)
            == (right.ordinals, right.points, right.old, right.outdated, right.strange)
            && left.state?.isCommitted == right.state?.isCommitted && left.state?.count == right.state?.count
            && left.state?.high == right.state?.high && left.isFoundByURL == right.isFoundByURL
    }

    /// - Parameter chunker: the version that cuts now.
    mutating func see(_ point: PointSighting, identity: String, chunker: String) {
        if point.url != identity, point.canonicalURL != CanonicalURL(identity).canonical { isFoundByURL = false }
        guard let cutter = point.chunker else {
            old += 1
            return
        }
        points += 1
        guard let ordinal = point.ordinal, point.id == PointID.of(identity: identity, ordinal: ordinal),
            ordinals.insert(ordinal)
        else {
            strange += 1
            return
        }
        if cutter != chunker { outdated += 1 }
        if ordinal == 0, let count = point.chunkCount, let high = point.chunkHigh {
            state = (point.contentHash?.isEmpty == false, count, high)
        }
    }

    func findings(_ url: String) -> [AuditFinding] {
        var found: [AuditFinding] = []
        func note(_ kind: AuditFinding.Kind, _ points: Int, _ detail: String) {
            if points > 0 { found.append(AuditFinding(url: url, kind: kind, points: points, detail: detail)) }
        }
        judgeOrdinals(note)
        note(.strange, strange, "\(strange) of \(points) points have ids or ordinals that Pulse does not write")
        note(.outdated, outdated, "cut by another version of the chunker")
        note(.old, old, "written by the product before Pulse")
        return found
    }

    private func judgeOrdinals(_ note: (AuditFinding.Kind, Int, String) -> Void) {
        let all = ordinals.present(from: 0)
        guard let state else {
            return note(.orphan, all.count, "no first chunk that says how many there are: \(Self.list(all))")
        }
        guard state.isCommitted || state.count > 0 else {
            note(.uncommitted, all.count, "\(all.count) of at most \(state.high) chunks are there, not committed")
            let above = ordinals.present(from: state.high)
            return note(.orphan, above.count, "at or above \(state.high): \(Self.list(above))")
        }
        if !state.isCommitted {
            note(.incomplete, state.count, "\(state.count) chunks are there, some could not be embedded")
        }
        let missing = ordinals.missing(below: state.count)
        note(.gap, missing.count, "of \(state.count) chunks: \(Self.list(missing))")
        let above = ordinals.present(from: state.count)
        note(.orphan, above.count, "beyond its \(state.count) chunks: \(Self.list(above))")
        if state.high != state.count {
            note(.unsettled, state.count, "\(state.count) chunks, but up to \(state.high) may be there")
        }
    }

    /// "1, 2, 7" or, when there are many, the first of them.
    private static func list(_ ordinals: [Int]) -> String {
        let shown = ordinals.prefix(5).map(String.init).joined(separator: ", ")
        return ordinals.count > 5 ? shown + " and \(ordinals.count - 5) more" : shown
    }
}
