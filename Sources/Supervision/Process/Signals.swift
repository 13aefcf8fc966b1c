internal import CLinux
internal import Glibc

/// The signals we obey, as a descriptor for the loop instead of as interruptions.
public enum Signals {
    private static let handled: [Int32] = [
        SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGCHLD, SIGUSR1, SIGUSR2, SIGTTIN, SIGTTOU, SIGALRM, SIGVTALRM, SIGPROF,
        SIGIO, SIGWINCH, SIGTSTP,
    ]

    /// Blocks them. To be called first of all in `main`, before anything can start a thread, which would inherit a mask
    /// without them: a TERM that arrives earlier would end us without a word to our children.
    public static func block() {
        var set = Self.set()
        unsafe sigprocmask(SIG_BLOCK, &set, nil)
        // A parent that ignored SIGCHLD would have passed that on, and the exit statuses would be lost.
        pulse_default_signal(SIGCHLD)
        pulse_ignore_signal(SIGPIPE)
        // The others that would end us by default and mean nothing to us; beyond a limit on files or time we go on, too.
        for signal in [SIGPWR, SIGXCPU, SIGXFSZ, SIGSTKFLT] { pulse_ignore_signal(signal) }
        for signal in pulse_first_realtime_signal()...pulse_last_realtime_signal() { pulse_ignore_signal(signal) }
    }

    /// - Throws: errno.
    static func descriptor() throws(Errno) -> FileDescriptor {
        var set = Self.set()
        return try FileDescriptor.own(unsafe pulse_signal_descriptor(&set))
    }

    /// The signals that have arrived, each at most once per call: they coalesce in the kernel and are no counts.
    static func read(from descriptor: borrowing FileDescriptor) -> [Int32] {
        var signals: [Int32] = []
        var info = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        while unsafe Glibc.read(descriptor.number, &info, size) == size {
            let signal = Int32(bitPattern: info.ssi_signo)
            if !signals.contains(signal) { signals.append(signal) }
        }
        return signals
    }

    private static func set() -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in handled { unsafe sigaddset(&set, signal) }
        return set
    }
}
