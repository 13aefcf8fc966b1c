internal import CLinux
internal import Glibc

/// A child of a dead supervisor that still holds a slot. Named by pid and start time together, since a pid alone may by now
/// be a stranger's.
struct Survivor {
    let record: SlotRecord

    init?(lockPath: String) {
        guard let record = SlotRecord.read(lockPath), record.pid > 1 else { return nil }
        self.record = record
    }

    func terminate() { signal([SIGTERM, SIGCONT], group: false) }

    func kill() { signal([SIGKILL], group: true) }

    private func signal(_ signals: [Int32], group: Bool) {
        let descriptor = pulse_pidfd_open(record.pid)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // Compared after the open: from here on the descriptor means this very process.
        guard ProcFS.startTime(of: record.pid) == record.startTime else { return }
        for signal in signals {
            if group { Glibc.kill(-record.pid, signal) }
            _ = pulse_pidfd_send_signal(descriptor, signal)
        }
    }
}
