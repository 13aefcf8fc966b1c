/// What one worker can know about whether another one lives.
public enum DeathEvidence: Equatable, Sendable {
    /// Its process is gone for certain; nothing needs to be waited for.
    case processGone
    /// Nothing can be seen from here: only its expired alive key can tell.
    case onlyByExpiry(rebooted: Bool)
    case alive

    /// - Parameters:
    ///   - sighting: What is seen of a pid in our own namespace now.
    public static func of(
        _ other: WorkerIdentity, seenBy observer: WorkerIdentity, sighting: (Int32) -> ProcessSighting
    ) -> DeathEvidence {
        guard other.name != observer.name else { return .alive }
        // Either could not read who it is: equal blanks are no equality.
        guard !observer.bootID.isEmpty, observer.pidNamespace != 0, other.startTime != 0 else {
            return .onlyByExpiry(rebooted: false)
        }
        guard other.bootID == observer.bootID, other.pidNamespace == observer.pidNamespace else {
            // Containers share node names and machine ids, so another boot id is no proof: it only says that, should the
            // worker prove dead, a reboot and not its jobs killed it.
            return .onlyByExpiry(rebooted: other.node == observer.node && other.bootID != observer.bootID)
        }
        switch sighting(other.pid) {
        case .gone: return .processGone
        case .running(let startTime): return startTime == other.startTime ? .alive : .processGone
        case .hidden: return .onlyByExpiry(rebooted: false)
        }
    }
}

/// How an incarnation ended, which decides whether its running jobs are suspects.
public enum Departure: Equatable, Sendable {
    /// It vanished: a signal, an unexpected exit. Counts against the jobs it ran. The text names the signal or status,
    /// memory and whatever else is known, on one line.
    case vanished(String)
    /// It was stopped, recycled or rebooted. Counts against nobody.
    case announced(String)

    var isCounted: Bool {
        switch self {
        case .vanished: true
        case .announced: false
        }
    }

    var text: String {
        switch self {
        case .vanished(let text), .announced(let text): text
        }
    }
}
