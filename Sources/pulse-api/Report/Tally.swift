import Synchronization

/// What this incarnation has answered and enqueued.
final class Tally: Sendable {
    struct Counts: Sendable {
        /// Answers by route and class of status.
        var requests: [String: [String: Int]] = [:]
        /// Jobs.
        var enqueued = 0
        /// Requests that were not taken because of Redis.
        var refused = 0
        /// Jobs in the queues when Redis was last asked.
        var queued: Int?
    }

    private let counts = Mutex(Counts())

    var now: Counts { counts.withLock { $0 } }

    func count(_ change: (inout Counts) -> Void) { counts.withLock { change(&$0) } }

    func answered(_ route: Endpoint.Route?, _ status: Int) {
        let name = route.flatMap { Self.names[$0] } ?? "other"
        count { $0.requests[name, default: [:]]["\(status / 100)xx", default: 0] += 1 }
    }

    /// "POST /api/index"
    private static let names = Dictionary(
        uniqueKeysWithValues: Endpoint.all.map { ($0.route, "\($0.method) \($0.path)") })
}
