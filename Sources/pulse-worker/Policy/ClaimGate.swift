/// Whether to claim now, and how much.
///
/// Claimed means running, so a worker claims only what it can begin at once, and nothing at all while a service it needs is
/// away: a job that waits in Redis can be taken by anybody, one that waits here cannot.
enum ClaimGate: Equatable {
    /// Claim up to this many jobs.
    case open(slots: Int)
    /// Do not claim until something changes.
    case closed

    /// How far the services are trusted, the worst of them deciding.
    enum Trust: Equatable {
        case full
        /// One came back: a single job shows whether it really serves.
        case probation
        case none
    }

    /// Several requests' worth.
    static let plenty = 128
    static let few = 8

    /// - Parameters:
    ///   - stopping: the worker is on its way out.
    ///   - alone: a job that workers died of runs, or waits to run, by itself; nothing may join it.
    ///   - textsWaiting: for room at TEI. With plenty of them more jobs would only wait beside those in hand, while their time
    ///     runs; a few may always join, so that a large document keeps nobody out.
    static func decide(
        stopping: Bool, alone: Bool, inFlight: Int, limit: Int, textsWaiting: Int, trust: Trust
    ) -> ClaimGate {
        let limit = textsWaiting < plenty ? limit : min(limit, few)
        if stopping || alone || inFlight >= limit { return .closed }
        switch trust {
        case .full: return .open(slots: limit - inFlight)
        case .probation: return inFlight == 0 ? .open(slots: 1) : .closed
        case .none: return .closed
        }
    }
}
