/// What of the supervisor's own status is shown on the page: named field by field, so that whatever a later supervisor
/// adds is not shown to anybody before somebody thought about it. What processes print is left out.
struct SupervisorView: Equatable, Sendable {
    /// Of the supervisor itself.
    var supervisor: JSONValue
    /// By service, the worst that any process reports.
    var services: JSONValue
    var slots: JSONValue

    /// Slots, and jobs in one slot, that are shown at most.
    private static let most = (slots: 1000, jobs: 5)

    /// - Parameter document: what `GET /status` answered.
    /// - Returns: nil when it is no such document, or one of another schema.
    init?(_ document: JSONValue) {
        guard document["schema"] == 1, let own = document["supervisor"], let services = document["services"],
            case .object(let known) = services, case .array(let slots)? = document["slots"]
        else { return nil }
        supervisor = .object(
            document.picked("version", "status", "summary") + own.picked("state", "uptime_seconds", "notes"))
        self.services = .object(
            known.map { .init($0.name, .object($0.value.picked("state", "reason", "remedy", "reporters"))) })
        self.slots = .array(slots.prefix(Self.most.slots).map(Self.slot))
    }

    private static func slot(_ slot: JSONValue) -> JSONValue {
        var shown = slot.picked(
            "slot", "program", "state", "pid", "uptime_seconds", "restarts", "next_start_seconds", "text")
        if case .array(let deaths)? = slot["deaths"], let last = deaths.last {
            shown.append(.init("last_death", .object(last.picked("at", "how"))))
        }
        if let report = slot["report"] {
            shown += report.picked("activity", "done", "failed", "in_flight")
            if case .array(let jobs)? = report["current"] {
                let some = jobs.prefix(most.jobs).map { JSONValue.object($0.picked("id", "url", "since")) }
                shown.append(.init("current", .array(some)))
            }
        }
        return .object(shown)
    }
}

extension JSONValue {
    /// The members of these names that are there and not null, in this order.
    func picked(_ names: String...) -> [Member] {
        names.compactMap { name in
            guard let value = self[name], value != .null else { return nil }
            return Member(name, value)
        }
    }
}
