internal import CLinux
internal import Glibc

/// Listening sockets that systemd opened for us and hands over from descriptor 3 on (sd_listen_fds(3)): with them whoever asks
/// while we are being restarted waits for the answer instead of being refused.
public final class SocketActivation {
    struct Listener {
        let descriptor: Int32
        /// A Unix socket, so that we know who asks.
        let isLocal: Bool
    }

    let listeners: [Listener]

    /// Takes them out of the way of what children get. To be called before anything else is opened.
    public init(environment: [String: String]) {
        guard let meant = environment["LISTEN_PID"].flatMap({ Int32($0) }), meant == getpid(),
            let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }), (1...64).contains(count)
        else {
            listeners = []
            return
        }
        var listeners: [Listener] = []
        for number in 3..<(3 + count) {
            let family = pulse_listening_family(number)
            let moved = family < 0 ? -1 : pulse_duplicate_above(number, FileDescriptor.firstOwn)
            close(number)
            guard moved >= 0 else { continue }
            _ = pulse_set_nonblocking(moved)
            listeners.append(Listener(descriptor: moved, isLocal: family == AF_UNIX))
        }
        self.listeners = listeners
    }

    deinit { for listener in listeners { close(listener.descriptor) } }
}
