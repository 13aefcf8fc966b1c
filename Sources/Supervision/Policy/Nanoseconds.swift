/// A moment on, or a distance along, the monotonic clock, in nanoseconds.
///
/// Moments come in as arguments and never from a clock read here: a decision that cannot ask for the time can be replayed.
public typealias Nanoseconds = UInt64

extension Nanoseconds {
    public static func seconds(_ count: UInt64) -> Nanoseconds { count * 1_000_000_000 }
    public static func milliseconds(_ count: UInt64) -> Nanoseconds { count * 1_000_000 }

    /// The distance from an earlier moment; 0 when it is not earlier, so that no subtraction can trap.
    package func since(_ earlier: Nanoseconds) -> Nanoseconds { self > earlier ? self - earlier : 0 }

    /// A moment later on, stopping at the end of time instead of trapping.
    package func adding(_ distance: Nanoseconds) -> Nanoseconds {
        let (sum, overflow) = addingReportingOverflow(distance)
        return overflow ? .max : sum
    }
}
