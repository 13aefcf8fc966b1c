import Glibc
import Synchronization

/// stderr, for processes that must never wait for whoever reads it.
///
/// O_NONBLOCK is not set: the descriptor is shared with whoever started us, whose terminal or pipe would change with it.
/// Instead a line is written only when poll(2) says that there is room, and is no longer than a pipe takes whole (PIPE_BUF).
/// What finds no room is dropped and counted; the next line that goes through says how many were.
public enum StandardError {
    private static let dropped = Atomic<Int>(0)
    private static let longest = 4096

    public static func write(_ line: [UInt8]) {
        var ready = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&ready, 1, 0) == 1, ready.revents & Int16(POLLOUT) != 0 else {
            dropped.add(1, ordering: .relaxed)
            return
        }
        var bytes = line
        if bytes.count > longest { bytes = bytes.prefix(longest - 4) + Array("...\n".utf8) }
        let lost = dropped.exchange(0, ordering: .relaxed)
        if lost > 0 {
            let note = Array("(\(lost) lines were not written: nobody read them)\n".utf8)
            if note.count + bytes.count <= longest { bytes = note + bytes }
        }
        _ = unsafe Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
