/// The model that a collection's vectors come from, kept in the collection's metadata (Qdrant 1.16 and later; before that
/// only each document's content hash knows).
struct ModelRecord: Equatable, Sendable {
    /// The member of the metadata that is ours; others' are left.
    static let key = "pulse"

    var modelID: String
    var modelSHA: String?
    var chunker: String

    static func isKept(by version: ServerVersion?) -> Bool { version.map { $0 >= ServerVersion(1, 16) } ?? false }

    /// Another name is another model. Another revision of the same one only makes its documents' hashes differ: most
    /// revisions change no weights, and they must not stop a fleet.
    func isOfAnotherModel(than other: ModelRecord) -> Bool { modelID != other.modelID }

    /// `"metadata":{"pulse":{..}}`
    func write(into json: inout JSONText) {
        json.raw(#""metadata":{"#)
        json.string(Self.key)
        json.raw(#":{"model_id":"#)
        json.string(modelID)
        if let modelSHA {
            json.raw(#","model_sha":"#)
            json.string(modelSHA)
        }
        json.raw(#","chunker":"#)
        json.string(chunker)
        json.raw("}}")
    }
}
