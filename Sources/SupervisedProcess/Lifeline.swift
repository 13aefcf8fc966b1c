import BackgroundWork
import Glibc

/// The read end of the supervisor's pipe: its end of file means that the supervisor is gone, however it went.
///
/// A pipe, not PR_SET_PDEATHSIG: that one fires when the spawning *thread* ends, and leaves no time to hand jobs back.
package enum Lifeline {
    /// Watches the descriptor named by `PULSE_LIFELINE_FD`; without one nobody supervises us and nothing is watched.
    ///
    /// After `grace` nanoseconds the process ends whatever the pool does: a wedged child must not outlive its supervisor.
    package static func watch(
        environment: [String: String], grace: UInt64, _ stop: @escaping @Sendable (StopReason) -> Void
    ) -> Bool {
        guard let text = environment["PULSE_LIFELINE_FD"], let descriptor = Int32(text), descriptor > 2 else {
            return true
        }
        return PlainThread.start {
            waitForEnd(of: descriptor)
            stop(.supervisorGone)
            var rest = timespec(tv_sec: Int(grace / 1_000_000_000), tv_nsec: Int(grace % 1_000_000_000))
            var left = timespec()
            while unsafe nanosleep(&rest, &left) != 0, errno == EINTR { rest = left }
            _exit(Self.exitStatus)
        }
    }

    /// sysexits(3) EX_SOFTWARE.
    private static let exitStatus: Int32 = 70

    /// Returns when all write ends are closed.
    package static func waitForEnd(of descriptor: Int32) {
        var byte: UInt8 = 0
        while true {
            let count = unsafe read(descriptor, &byte, 1)
            if count > 0 || (count < 0 && errno == EINTR) { continue }
            guard count < 0, errno == EAGAIN else { return }
            // The flag belongs to the pipe, which we share with the other children: one of them does not want to wait.
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&ready, 1, -1)
        }
    }
}
