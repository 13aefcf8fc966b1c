/// Something that is not as it should be with one document.
public struct AuditFinding: Sendable, Equatable, Encodable {
    public enum Kind: String, Sendable, CaseIterable, Encodable {
        /// Chunks below the document's count are not there.
        case gap
        /// Chunks above the document's count are there, or chunks of a document without a first one.
        case orphan
        /// It is being written, or a worker died while it was; the next run of its job ends it.
        case uncommitted
        /// Some of its chunks could not be embedded; its job failed and says which.
        case incomplete
        /// Another number of chunks may be there than it has: what was to be deleted is left.
        case unsettled
        /// Cut by another version of the chunker.
        case outdated
        /// Ids or ordinals that Pulse does not write.
        case strange
        /// Written by the product before Pulse.
        case old
    }

    public var url: String
    public var kind: Kind
    /// How many points it is about.
    public var points: Int
    /// Which, in half a line.
    public var detail: String
}

/// What a check of the collection, or of one document, has found.
public struct AuditReport: Sendable, Equatable, Encodable {
    public var points: Int
    public var documents: Int
    /// Points without a vector for words though the collection has one.
    public var pointsWithoutKeywords: Int
    public var findings: [AuditFinding]

    public var isClean: Bool { findings.isEmpty && pointsWithoutKeywords == 0 }

    enum CodingKeys: String, CodingKey {
        case points, documents, findings
        case pointsWithoutKeywords = "points_without_keywords"
    }

    /// How many documents have a finding of this kind.
    public func count(_ kind: AuditFinding.Kind) -> Int { findings.count { $0.kind == kind } }

    /// One line that says what to do about it; nil = nothing.
    public var remedy: String? {
        func has(_ kinds: AuditFinding.Kind...) -> Bool { findings.contains { kinds.contains($0.kind) } }
        var parts: [String] = []
        if has(.uncommitted) {
            parts.append("uncommitted: perhaps just being written, look again; if it stays, enqueue the document again")
        }
        if has(.gap, .unsettled, .outdated) || pointsWithoutKeywords > 0 {
            parts.append("gap, unsettled, outdated, without keywords: pulsectl enqueue --force")
        }
        if has(.incomplete) { parts.append("incomplete: pulsectl jobs failed says which chunks") }
        if has(.orphan, .strange) { parts.append("orphan, strange: pulsectl delete URL, then enqueue it again") }
        if has(.old) { parts.append("old: goes when the document is indexed again, or with pulsectl delete URL") }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}
