import CLinux
import Glibc

/// What is at the other end of our descriptors.
enum Terminal {
    static var isOutput: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Columns and lines; 80x24 where the terminal does not say.
    static func size() -> (width: Int, height: Int) {
        var columns: UInt16 = 0
        var lines: UInt16 = 0
        let isKnown = unsafe pulse_terminal_size(STDOUT_FILENO, &columns, &lines) == 0 && columns > 0 && lines > 0
        return isKnown ? (max(20, Int(columns)), Int(lines)) : (80, 24)
    }

    static var isColoured: Bool { isOutput && !hasNoColor }

    /// no-color.org
    private static var hasNoColor: Bool { unsafe getenv("NO_COLOR") != nil }

    /// At once, whoever reads: no line of a stream waits in a buffer for the next. When nobody reads any more, that is our end.
    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                // Whoever shares it with us has made it non-blocking.
                var room = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&room, 1, -1)
                continue
            }
            guard count > 0 else { exit(1) }
            done += count
        }
    }
}
