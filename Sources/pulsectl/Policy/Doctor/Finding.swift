/// One thing that was found, good or bad.
struct Finding: Equatable {
    enum Severity: Int, Comparable {
        case fine, warning, broken

        /// As it is shown and written.
        var word: String {
            switch self {
            case .fine: "ok"
            case .warning: "warning"
            case .broken: "broken"
            }
        }

        static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
    }

    var id: FindingID
    var severity: Severity
    /// What was found, in a line without secrets.
    var cause: String
    /// What to do; nil when nothing needs to be done.
    var remedy: String?
    /// What it concerns, without secrets.
    var endpoint: String?

    static func fine(_ id: FindingID, _ cause: String, at endpoint: String? = nil) -> Finding {
        Finding(id: id, severity: .fine, cause: cause, endpoint: endpoint)
    }

    static func warning(_ id: FindingID, _ cause: String, _ remedy: String, at endpoint: String? = nil) -> Finding {
        Finding(id: id, severity: .warning, cause: cause, remedy: remedy, endpoint: endpoint)
    }

    static func broken(_ id: FindingID, _ cause: String, _ remedy: String, at endpoint: String? = nil) -> Finding {
        Finding(id: id, severity: .broken, cause: cause, remedy: remedy, endpoint: endpoint)
    }
}
