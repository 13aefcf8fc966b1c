/// A change of points that are there, by id: never by a filter, which holds up every write of the shard.
enum PointUpdate: Equatable, Sendable {
    case delete([PointName])
    /// Sets these fields and leaves the others.
    case setPayload(Payload, of: [PointName])

    static let idsPerRequest = 1000

    /// Deletions in requests' worths.
    static func deletions(_ ids: some RandomAccessCollection<PointName>) -> some RandomAccessCollection<PointUpdate> {
        pages(ids).lazy.map { .delete($0) }
    }

    /// Each is made when it is asked for: where a point says that there may be millions, they are not all held.
    static func pages(_ ids: some RandomAccessCollection<PointName>) -> some RandomAccessCollection<[PointName]> {
        (0..<(ids.count + idsPerRequest - 1) / idsPerRequest).lazy.map {
            Array(ids.dropFirst($0 * idsPerRequest).prefix(idsPerRequest))
        }
    }

    /// Several documents' operations in one list. What each begins by deleting is deleted in one operation; beyond that a
    /// document's own keep their order.
    static func joined(_ writes: [[PointUpdate]]) -> [PointUpdate] {
        guard writes.count > 1 else { return writes.first ?? [] }
        var deleted: [PointName] = []
        var rest: [PointUpdate] = []
        for write in writes {
            if case .delete(let ids)? = write.first {
                deleted += ids
                rest += write.dropFirst()
            } else {
                rest += write
            }
        }
        return (deleted.isEmpty ? [] : [.delete(deleted)]) + rest
    }

    /// The path below the collection's when it goes alone.
    var route: String {
        switch self {
        case .delete: "/points/delete"
        case .setPayload: "/points/payload"
        }
    }

    func write(into json: inout JSONText) {
        switch self {
        case .delete(let ids):
            json.raw(#"{"points":"#)
            json.list(ids) { $1.write(into: &$0) }
        case .setPayload(let payload, let ids):
            json.raw(#"{"payload":"#)
            payload.write(into: &json)
            json.raw(#","points":"#)
            json.list(ids) { $1.write(into: &$0) }
        }
        json.raw("}")
    }

    /// As one of the operations of `POST /points/batch`.
    func writeOperation(into json: inout JSONText) {
        switch self {
        case .delete: json.raw(#"{"delete":"#)
        case .setPayload: json.raw(#"{"set_payload":"#)
        }
        write(into: &json)
        json.raw("}")
    }
}
