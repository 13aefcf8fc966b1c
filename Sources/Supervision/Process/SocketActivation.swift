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

    /// For the status.
    let listeners: [Listener]
    /// Those named `api` (FileDescriptorName=): where producers connect. One is what can be served; a second must not become the
    /// status', which asks nobody for a secret.
    private let fronts: [Listener]

    var front: Listener? { fronts.first }

    /// Where the socket named `api` is bound, "127.0.0.1:52100"; nil when there is none, or it is no TCP socket.
    public var frontAddress: String? { front.flatMap { FrontListener.bound($0.descriptor) } }
    /// How many sockets named `api` were handed over, of whatever kind.
    public var frontCount: Int { fronts.count }

    /// Takes them out of the way of what children get. To be called before anything else is opened.
    public init(environment: [String: String]) {
        guard let meant = environment["LISTEN_PID"].flatMap({ Int32($0) }), meant == getpid(),
            let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }), (1...64).contains(count)
        else {
            listeners = []
            fronts = []
            return
        }
        let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
        var listeners: [Listener] = []
        var fronts: [Listener] = []
        for number in 3..<(3 + count) {
            let family = pulse_listening_family(number)
            let moved = family < 0 ? -1 : pulse_duplicate_above(number, FileDescriptor.firstOwn)
            close(number)
            guard moved >= 0 else { continue }
            _ = pulse_set_nonblocking(moved)
            let listener = Listener(descriptor: moved, isLocal: family == AF_UNIX)
            let place = Int(number - 3)
            if names.indices.contains(place), names[place] == "api" {
                fronts.append(listener)
            } else {
                listeners.append(listener)
            }
        }
        self.listeners = listeners
        self.fronts = fronts
    }

    deinit {
        for listener in listeners + fronts { close(listener.descriptor) }
    }
}
