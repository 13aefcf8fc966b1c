/// Health in the order of getting worse, as decisions need it; the words are those of the status.
package enum HealthLevel: String, CaseIterable, Sendable {
    case healthy, degraded, unhealthy

    /// Of the marks that health has passed on its way down, how many: 0 to 2.
    var depth: Int {
        switch self {
        case .healthy: 0
        case .degraded: 1
        case .unhealthy: 2
        }
    }
}
