internal import CLinux
internal import Glibc

/// setpriv(1), by which programs that are not ours die with us.
public enum DeathSignalTool {
    /// How long the trial may take.
    private static let patience: Int32 = 1000

    /// Its path, where it is and may do its work: whatever it is asked for, it sets its capabilities anew, which a sandbox may
    /// forbid (systemd's `SystemCallFilter=~@privileged`); a program run by it would then end before it began. Who forbids that
    /// has a control group or a namespace to end whatever we leave.
    ///
    /// Runs it for a moment, so it is to be called before there is a loop to hold up.
    public static func find() -> String? {
        ["/usr/bin/setpriv", "/bin/setpriv"].first { unsafe access($0, X_OK) == 0 && works($0) }
    }

    private static func works(_ path: String) -> Bool {
        guard let output = try? FileDescriptor.own(unsafe pulse_open("/dev/null", O_WRONLY | O_CLOEXEC, 0)),
            let process = try? ChildProcess.spawn(
                SpawnRequest(
                    command: [path, "--pdeathsig", "TERM", "--", "/bin/sh", "-c", ":"], environment: [],
                    output: output.number, descriptorLimit: 1024, guards: .all))
        else {
            return false
        }
        var ended = pollfd(fd: process.descriptor.number, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&ended, 1, patience) == 1 else {
            // It becomes one of the strangers that are reaped.
            process.kill()
            return false
        }
        return process.reap().status == .exited(0)
    }
}
