import ServiceWatching

extension ServiceWatch {
    /// What the standing means for claims.
    var trust: ClaimGate.Trust {
        switch standing {
        case .serving: .full
        case .probation: .probation
        case .away: .none
        }
    }
}
