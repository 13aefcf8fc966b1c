/// What keeps a known trap of Linux from biting, by name. All are always on; a debug build lets a test switch one off, to
/// show that what it guards against would really happen.
public enum Guard: String, CaseIterable, Sendable {
    /// No second process in a slot while anybody still holds its lock.
    case slotLock = "slot-lock"
    /// A child inherits no descriptor beyond those meant for it.
    case closeFrom = "close-from"
    /// A child starts with an empty signal mask and default dispositions.
    case maskReset = "mask-reset"
    /// TERM is followed by CONT, so that a stopped child hears it.
    case cont
    /// A supervisor that was not running itself takes nobody for hung.
    case lagGuard = "lag-guard"
    /// What a child says is believed only of the process that lives in the slot.
    case credentials
    /// What a child said last is heard before its end is handled.
    case drainBeforeExit = "drain-before-exit"
    /// A descriptor is kept free to turn clients away with.
    case reserveDescriptor = "reserve-descriptor"
    /// What a dead child left behind outside its group is killed.
    case sweep
    /// Restarts of children that died together are spread.
    case jitter
}

/// The guards that hold.
public struct Guards: Equatable, Sendable {
    private var off: Set<Guard> = []

    /// As in every release.
    public static let all = Guards()

    /// For a test that shows what the others are for.
    public static func allBut(_ names: some Sequence<Guard>) -> Guards {
        var guards = Guards()
        guards.off = Set(names)
        return guards
    }

    package func holds(_ name: Guard) -> Bool { !off.contains(name) }
}
