import CLinux
import Glibc

/// The end of some process, seen from outside.
final class ProcessEnd {
    private let descriptor: Int32

    /// Of a process that lives; where it cannot be seen from here (another pid namespace, say), its end is never seen.
    init(of pid: Int32) { descriptor = pulse_pidfd_open(pid) }

    deinit { if descriptor >= 0 { close(descriptor) } }

    var hasCome: Bool {
        guard descriptor >= 0 else { return false }
        var ended = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&ended, 1, 0) == 1
    }
}
