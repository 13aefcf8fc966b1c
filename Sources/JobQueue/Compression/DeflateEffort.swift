/// How much time a job's data is worth to be made small.
public enum DeflateEffort: Sendable {
    /// As Python does it.
    case thorough
    /// A third of the time, a tenth more bytes: for whoever enqueues by the thousand a second.
    case quick
}
