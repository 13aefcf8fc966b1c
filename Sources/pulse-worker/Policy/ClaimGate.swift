/// Whether to claim now, and how much.
///
/// Claimed means running, so a worker claims only what it can begin at once, and nothing at all while a service it needs is
/// away: a job that waits in Redis can be taken by anybody, one that waits here cannot.
enum ClaimGate: Equatable {
    /// Claim up to this many jobs.
    case open(slots: Int)
    /// Claim exactly one, to see whether a service that came back really serves.
    case probe
    /// Do not claim until something changes.
    case closed

    /// - Parameters:
    ///   - stopping: the worker is on its way out.
    ///   - alone: a job that killed workers before runs by itself; nothing may join it.
    ///   - services: how each needed service stands.
    static func decide(stopping: Bool, alone: Bool, inFlight: Int, limit: Int, services: [ServiceStanding]) -> ClaimGate
    {
        if stopping || alone || inFlight >= limit { return .closed }
        var recovering = false
        for service in services {
            switch service {
            case .trusted: continue
            case .recovering: recovering = true
            case .away: return .closed
            }
        }
        if recovering { return inFlight == 0 ? .probe : .closed }
        return .open(slots: limit - inFlight)
    }
}
