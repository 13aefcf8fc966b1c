/// One life in a slot. Numbers count up and are never used again, so a late word of a former life is recognised.
struct Incarnation: Equatable, Sendable {
    let number: Int
    let pid: Int32
    let startedAt: Nanoseconds
    var readyAt: Nanoseconds?
    /// When it has lived long enough; drawn once, when it becomes ready, since a new draw at every look would favour an
    /// early end.
    var expiresAt: Nanoseconds?
    /// Why a fresh process should take its place, once there is a reason; the fleet decides when.
    var overdue: Recycling?
    /// It broke its watchdog's promise.
    var isHung = false
}

/// Why a healthy process is replaced.
enum Recycling: Equatable, Sendable {
    /// Older than `PULSE_MAX_LIFETIME`.
    case lifetime
    /// Larger than `PULSE_MAX_MEMORY`.
    case memory
}
