/// What can happen to a slot.
package enum ChildEvent: Equatable, Sendable {
    /// The fleet's leave to start, with the edition of the settings that it will be started with.
    case start(edition: Int)
    case spawned(pid: Int32)
    case spawnFailed(errno: Int32)
    /// Somebody else still holds the slot.
    case occupied
    /// Nobody holds the slot any more.
    case freed
    case ready(from: Int)
    case stopping(from: Int)
    case watchdog(from: Int)
    case extendTimeout(Nanoseconds, from: Int)
    /// Its resident size, in bytes.
    case weighed(Int, from: Int)
    case exited(ExitStatus, from: Int)
    case deadline
    /// From now on let it be the last life.
    case retire
    case stop(by: Nanoseconds)
    /// A fresh process is to take the present one's place.
    case replace(by: Nanoseconds, DeathCause)
    /// A slot that had been told to stop is wanted again.
    case want
}

extension ChildEvent {
    /// The life an event speaks of; nil when it speaks of the slot.
    package var speaker: Int? {
        switch self {
        case .ready(let from), .stopping(let from), .watchdog(let from), .extendTimeout(_, let from),
            .weighed(_, let from), .exited(_, let from):
            from
        case .start, .spawned, .spawnFailed, .occupied, .freed, .deadline, .retire, .stop, .replace, .want: nil
        }
    }
}

/// What to do about it; the machine itself does nothing.
package enum ChildAction: Equatable, Sendable {
    case spawn(Int)
    /// SIGTERM, then SIGCONT: a stopped process keeps TERM pending until it is continued.
    case terminate
    case abort
    /// SIGKILL to the whole group.
    case kill
    case terminateSurvivor
    case killSurvivor
    /// Look whether the slot is still held; the answer is `occupied` or `freed`.
    case probeSurvivor
    case becameReady
    case died(Death)
}
