import CLinux
import Glibc

/// journald, as systemd.exec(5) and its native protocol describe it.
public enum Journal {
    /// Whether stderr is the very stream that journald opened for us (`JOURNAL_STREAM=device:inode`).
    public static func receivesStandardError(environment: [String: String]) -> Bool {
        guard let announced = environment["JOURNAL_STREAM"] else { return false }
        var status = stat()
        guard unsafe fstat(STDERR_FILENO, &status) == 0 else { return false }
        return announced == "\(status.st_dev):\(status.st_ino)"
    }

    /// A datagram socket connected to journald; -1 when none listens.
    static func connect() -> Int32 {
        let descriptor = pulse_unix_socket(2)
        guard descriptor >= 0 else { return -1 }
        guard unsafe pulse_connect_unix(descriptor, "/run/systemd/journal/socket") == 0 else {
            close(descriptor)
            return -1
        }
        return descriptor
    }
}
