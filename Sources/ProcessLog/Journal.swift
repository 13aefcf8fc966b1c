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

    private static let path = "/run/systemd/journal/socket"

    /// A datagram socket; -1 when journald does not listen.
    static func open() -> Int32 {
        let descriptor = pulse_unix_socket(2)
        guard descriptor >= 0 else { return -1 }
        let probe = pulse_unix_socket(2)
        defer { close(probe) }
        guard unsafe probe >= 0 && pulse_connect_unix(probe, path) == 0 else {
            close(descriptor)
            return -1
        }
        return descriptor
    }

    /// By its name each time: a journald that has made its socket anew is found again.
    /// - Returns: whether it was taken.
    static func send(_ bytes: [UInt8], by descriptor: Int32) -> Bool {
        unsafe pulse_send_unix(descriptor, path, bytes, bytes.count) == bytes.count
    }
}
