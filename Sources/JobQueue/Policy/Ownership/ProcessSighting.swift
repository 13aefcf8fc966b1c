/// What can be seen of a pid from here.
public enum ProcessSighting: Equatable, Sendable {
    /// No such process, or only its zombie.
    case gone
    /// Clock ticks between boot and its start.
    case running(startTime: UInt64)
    /// Something has this pid, but nothing can be read of it: `/proc` is hidden from us, or we are out of descriptors.
    case hidden
}
