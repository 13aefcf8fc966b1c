import Dispatch
import Glibc
import Synchronization

/// The terminal as a page that is drawn again and again: its own screen, keys without Enter, and everything as it was when we
/// leave, however we leave.
final class LiveScreen {
    private var before = termios()
    private let hasKeyboard: Bool
    private var signals: [any DispatchSourceSignal] = []
    private let isAsked = Mutex(false)

    init() {
        hasKeyboard = unsafe isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &before) == 0
        // First of all: whoever leaves now leaves the terminal as it was.
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [weak self] in self?.isAsked.withLock { $0 = true } }
            source.resume()
            signals.append(source)
        }
        // Stopped, it would leave its screen behind.
        signal(SIGTSTP, SIG_IGN)
        if hasKeyboard {
            var raw = before
            raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
            unsafe tcsetattr(STDIN_FILENO, TCSANOW, &raw)
        }
        Terminal.write("\u{1B}[?1049h\u{1B}[?25l")
    }

    deinit {
        Terminal.write("\u{1B}[?25h\u{1B}[?1049l")
        if hasKeyboard { unsafe tcsetattr(STDIN_FILENO, TCSANOW, &before) }
    }

    /// From the top left corner; what was there before and is not covered goes.
    func draw(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { "\($0)\u{1B}[K" }
        Terminal.write("\u{1B}[H" + lines.joined(separator: "\r\n") + "\u{1B}[J")
    }

    /// Waits for what is to be shown, and looks at the keyboard meanwhile.
    /// - Returns: nil when whoever watches wants to leave.
    func content(_ make: @escaping @Sendable () async -> String) async -> String? {
        let made = Mutex<String?>(nil)
        let work = Task {
            let text = await make()
            made.withLock { $0 = text }
        }
        defer { work.cancel() }
        while true {
            if let text = made.withLock({ $0 }) { return text }
            guard await rest(for: .milliseconds(20)) else { return nil }
        }
    }

    /// Waits, and looks at the keyboard meanwhile.
    /// - Returns: false when whoever watches wants to leave (q, Ctrl-C, a signal).
    func rest(for time: Duration) async -> Bool {
        let end = ContinuousClock.now + time
        while .now < end {
            if isAsked.withLock({ $0 }) || hasKey("q") { return false }
            do { try await Task.sleep(for: .milliseconds(50)) } catch { return false }
        }
        return true
    }

    private func hasKey(_ key: Character) -> Bool {
        guard hasKeyboard else { return false }
        var ready = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        var isPressed = false
        var byte: UInt8 = 0
        while unsafe poll(&ready, 1, 0) == 1, unsafe read(STDIN_FILENO, &byte, 1) == 1 {
            if Character(Unicode.Scalar(byte)) == key { isPressed = true }
        }
        return isPressed
    }
}
