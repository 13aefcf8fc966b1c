import CLinux
import Glibc

/// What is at the other end of our descriptors.
enum Terminal {
    static var isOutput: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Columns and lines; 80x24 where the terminal does not say.
    static func size() -> (width: Int, height: Int) {
        var columns: UInt16 = 0
        var lines: UInt16 = 0
        let isKnown = unsafe pulse_terminal_size(STDOUT_FILENO, &columns, &lines) == 0 && columns > 20 && lines > 5
        return isKnown ? (Int(columns), Int(lines)) : (80, 24)
    }

    static var isColoured: Bool { isOutput && !hasNoColor }

    /// no-color.org
    private static var hasNoColor: Bool { unsafe getenv("NO_COLOR") != nil }

    /// At once, whoever reads: no line of a stream waits in a buffer for the next.
    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return }
            done += count
        }
    }
}
