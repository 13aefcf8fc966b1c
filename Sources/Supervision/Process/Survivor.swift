internal import CLinux
internal import Glibc
internal import Reporting

/// What still holds a slot that should be free: a child of a dead supervisor, or what one left behind outside its group.
///
/// The leader is named by pid and start time together, since a pid alone may by now be a stranger's. It may be gone while
/// others go on, a shell's commands or a daemon in a session of its own: they are known by the slot's lock on their fd 4.
struct Survivor {
    let lockPath: String

    /// - Parameter leaderFirst: a worker is told alone, and decides about its own children; everybody else is told only
    ///   where there is no such leader any more. A shell does not pass TERM on, and may be dying at this very moment.
    func terminate(leaderFirst: Bool) {
        if leaderFirst, signalLeader([SIGTERM, SIGCONT], group: false) { return }
        signalHolders([SIGTERM, SIGCONT])
    }

    func kill() {
        _ = signalLeader([SIGKILL], group: true)
        signalHolders([SIGKILL])
    }

    /// - Returns: whether there was one.
    private func signalLeader(_ signals: [Int32], group: Bool) -> Bool {
        guard let record = SlotRecord.read(lockPath) else { return false }
        return signal(record.pid, signals, group: group) {
            ProcFS.process(record.pid).map { $0.startTime == record.startTime && (group || !$0.isZombie) } ?? false
        }
    }

    private func signalHolders(_ signals: [Int32]) {
        for pid in ProcFS.processes() {
            _ = signal(pid, signals, group: false) { ProcFS.holdsLock(lockPath, pid) }
        }
    }

    private func signal(_ pid: Int32, _ signals: [Int32], group: Bool, ifStill isMeant: () -> Bool) -> Bool {
        guard pid > 1, pid != getpid() else { return false }
        let descriptor = pulse_pidfd_open(pid)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // Compared after the open: from here on the descriptor means this very process.
        guard isMeant() else { return false }
        for signal in signals {
            if group { Glibc.kill(-pid, signal) }
            _ = pulse_pidfd_send_signal(descriptor, signal)
        }
        return true
    }
}
