/// Where a job stands: on its queue's list, or in one of RQ's registries, each a sorted set of ids.
public enum JobState: String, CaseIterable, Sendable {
    case queued, started, failed, scheduled, deferred, finished, canceled

    func key(prefix: String, queue: String) -> String {
        switch self {
        case .queued: "\(prefix):queue:\(queue)"
        case .started: "\(prefix):wip:\(queue)"
        case .failed, .scheduled, .deferred, .finished, .canceled: "\(prefix):\(rawValue):\(queue)"
        }
    }

    /// Entries are scored with the second in which they expire; those that have are still there until somebody cleans up.
    var expires: Bool {
        switch self {
        case .failed, .finished: true
        case .queued, .started, .scheduled, .deferred, .canceled: false
        }
    }

    /// What ended last is looked for first; elsewhere what is due first, or has been there longest.
    public var isNewestFirst: Bool {
        switch self {
        case .failed, .finished, .canceled: true
        case .queued, .started, .scheduled, .deferred: false
        }
    }

    /// The job's id in an entry: RQ 2 writes `<job>:<execution>` into the registry of started jobs, RQ 1 the id alone, which
    /// may itself hold a colon.
    func jobID(ofEntry entry: String) -> String {
        guard self == .started, let colon = entry.lastIndex(of: ":") else { return entry }
        let execution = entry[entry.index(after: colon)...]
        return execution.utf8.count == 32 && execution.allSatisfy(\.isHexDigit) ? String(entry[..<colon]) : entry
    }
}
