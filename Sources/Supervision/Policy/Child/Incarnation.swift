/// One life in a slot. Numbers count up and are never used again, so a late word of a former life is recognised.
package struct Incarnation: Equatable, Sendable {
    package let number: Int
    package let pid: Int32
    package let startedAt: Nanoseconds
    package var readyAt: Nanoseconds?
    /// When it has lived long enough; drawn once, when it becomes ready, since a new draw at every look would favour an
    /// early end.
    package var expiresAt: Nanoseconds?
    /// Why a fresh process should take its place, once there is a reason; the fleet decides when.
    package var overdue: Recycling?
    /// It broke its watchdog's promise.
    package var isHung = false
}

/// Why a healthy process is replaced.
package enum Recycling: Equatable, Sendable {
    /// Older than `PULSE_MAX_LIFETIME`.
    case lifetime
    /// Larger than `PULSE_MAX_MEMORY`.
    case memory
}
