import Glibc

/// Whether stderr is the very stream that journald opened for us (`JOURNAL_STREAM=device:inode`, systemd.exec(5)).
public enum Journal {
    public static func receivesStandardError(environment: [String: String]) -> Bool {
        guard let announced = environment["JOURNAL_STREAM"] else { return false }
        var status = stat()
        guard unsafe fstat(STDERR_FILENO, &status) == 0 else { return false }
        return announced == "\(status.st_dev):\(status.st_ino)"
    }
}
