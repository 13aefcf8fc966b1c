import Synchronization

/// What this incarnation has answered and enqueued.
final class Tally: Sendable {
    struct Answer: Hashable, Sendable {
        /// "POST /api/index"; "other" for what is no route.
        var route: String
        /// 2 for 200-299.
        var statusClass: Int
    }

    struct Counts: Sendable {
        var answers: [Answer: Int] = [:]
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
        let name = route.flatMap { route in Endpoint.all.first { $0.route == route } }.map { "\($0.method) \($0.path)" }
        count { $0.answers[Answer(route: name ?? "other", statusClass: status / 100), default: 0] += 1 }
    }
}
