/// What an API has done since its start, in its report.
public struct APICounts: Codable, Equatable, Sendable {
    /// Answers by route ("POST /api/index"; "other" for what is no route) and class of status ("2xx").
    public var requests: [String: [String: Int]]
    /// Jobs that are in the queue for certain.
    public var enqueued: Int
    /// Requests that wait for Redis at this moment.
    public var held: Int
    /// Requests that were not taken because Redis stayed away.
    public var refused: Int

    public init(
        requests: [String: [String: Int]] = [:], enqueued: Int = 0, held: Int = 0, refused: Int = 0
    ) {
        self.requests = requests
        self.enqueued = enqueued
        self.held = held
        self.refused = refused
    }

    /// The counts of two lives together; nobody's requests wait any more but the later one's.
    public func adding(_ later: APICounts) -> APICounts {
        APICounts(
            requests: requests.merging(later.requests) { $0.merging(later: $1) }, enqueued: enqueued + later.enqueued,
            held: later.held, refused: refused + later.refused)
    }

    /// nil for what no API sends: negative or absurd counts, too many routes, other names than those of classes.
    var checked: APICounts? {
        let counts = requests.values.flatMap(\.values) + [enqueued, held, refused]
        guard requests.count <= Self.mostRoutes, counts.allSatisfy({ (0...WorkerReport.mostCounted).contains($0) }),
            requests.values.allSatisfy({ $0.keys.allSatisfy(Self.classes.contains) })
        else {
            return nil
        }
        var checked = self
        checked.requests = requests.reduce(into: [:]) { routes, entry in
            let name = String(NotifyMessage.printable(entry.key).prefix(Self.longestRoute))
            routes[name, default: [:]].add(entry.value)
        }
        return checked
    }

    private static let mostRoutes = 64
    private static let longestRoute = 60
    private static let classes: Set = ["1xx", "2xx", "3xx", "4xx", "5xx"]
}

extension [String: Int] {
    fileprivate func merging(later: [String: Int]) -> [String: Int] { merging(later, uniquingKeysWith: +) }

    fileprivate mutating func add(_ other: [String: Int]) { self = merging(later: other) }
}
