/// What can be seen of a pid from here.
public enum ProcessSighting: Equatable, Sendable {
    /// No such process.
    case gone
    /// Clock ticks between boot and its start.
    case running(startTime: UInt64)
    /// Something has this pid, but nothing can be read of it: `/proc` is hidden from us, we are out of descriptors, or it is
    /// dead and its parent has not asked for it yet.
    case hidden
}
