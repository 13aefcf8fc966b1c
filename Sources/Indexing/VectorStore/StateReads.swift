/// Reads the states of many documents with few requests. An unchanged document costs nothing else, and there may be
/// thousands a second.
final class StateReads: Sendable {
    typealias Found = (state: DocumentState, contentID: Int?)

    private static let mostUnderWay = 2
    private static let mostAtOnce = 64

    private let requests: SharedRequests<String, Found?>

    /// - Parameter read: what is there of these points, by id.
    init(_ read: @escaping @Sendable ([String]) async -> Result<[String: Found], CallFailure>) {
        requests = SharedRequests(
            mostUnderWay: Self.mostUnderWay, size: { _ in RequestSize(points: 1) },
            holds: { $0.points <= Self.mostAtOnce },
            perform: { group in
                let answer = await read(Array(Set(group.items)))
                return group.items.map { id in answer.map { $0[id] } }
            })
    }

    /// How many wait for a request to take them.
    var waitingCount: Int { requests.waitingCount }

    /// nil when there is no such point.
    func state(of id: String) async throws(CallFailure) -> Found? { try await requests.answer(to: id) }
}
