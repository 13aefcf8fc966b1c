/// Takes the points of a collection in any order, and says which documents are not as a finished job leaves them.
struct CollectionAudit: Sendable {
    private let chunker: String
    private var records: [String: DocumentRecord] = [:]
    private(set) var points = 0

    init(chunker: String) { self.chunker = chunker }

    var documents: Int { records.count }

    mutating func see(_ point: PointSighting) {
        points += 1
        let identity = point.identity
        records[identity, default: DocumentRecord()].see(point, identity: identity, chunker: chunker)
    }

    /// By URL.
    var findings: [AuditFinding] {
        records.sorted { $0.key < $1.key }.flatMap { identity, record in
            record.findings(identity.isEmpty ? "(no url)" : identity)
        }
    }

    /// The documents with findings, for a second look: what was written while the points were read looks broken.
    var suspects: [String] {
        records.filter { !$0.key.isEmpty && !$0.value.findings($0.key).isEmpty }.keys.sorted()
    }

    /// What a second look at one document, by its URL, has shown. Nothing means that it was deleted meanwhile, unless it has
    /// points that are not found so.
    mutating func replace(_ identity: String, by second: CollectionAudit) {
        if let record = second.records[identity] {
            records[identity] = record
        } else if records[identity]?.isFoundByURL == true {
            records[identity] = nil
        }
    }
}
