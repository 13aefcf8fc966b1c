internal import CLinux
internal import Glibc

/// One slot's `NOTIFY_SOCKET`: what a child says, and the pid that the kernel says it comes from.
struct NotifyReceiver: ~Copyable {
    let descriptor: FileDescriptor
    let path: String

    /// As systemd: a longer datagram is dropped whole.
    private static let longest = 4096
    /// Messages taken in one go, so that a chattering child cannot keep the loop to itself.
    private static let batch = 256

    struct Mail {
        var letters: [[UInt8]] = []
        var forged = 0
        var mayHaveMore = false
    }

    /// Call it only under the supervisor's lock: a socket left over by a dead supervisor is replaced.
    /// - Throws: errno.
    init(path: String) throws(Errno) {
        let descriptor = try FileDescriptor.own(pulse_unix_socket(2))
        unsafe unlink(path)
        // Credentials and mode before the bind: no message may come in without them.
        guard pulse_pass_credentials(descriptor.number) == 0, fchmod(descriptor.number, 0o600) == 0,
            unsafe pulse_bind_unix(descriptor.number, path) == 0
        else {
            throw Errno()
        }
        self.descriptor = descriptor
        self.path = path
    }

    /// What waits in the socket, oldest first; never blocks. Overlong datagrams are left out.
    /// - Parameter believes: asked about each sender before the next datagram is taken. `systemd-notify` waits until its
    ///   `BARRIER=1` is taken, so whoever sent what came before it is alive then.
    /// - Returns: what believed senders said, how many others there were, and whether more may wait.
    func receive(believes: (_ sender: Int32) -> Bool) -> Mail {
        var mail = Mail()
        var buffer = [UInt8](repeating: 0, count: Self.longest)
        for _ in 0..<Self.batch {
            var sender: pid_t = 0
            var truncated: Int32 = 0
            let length = unsafe pulse_receive(descriptor.number, &buffer, buffer.count, &sender, &truncated)
            if length < 0 {
                if errno == EINTR { continue }
                return mail
            }
            if !believes(sender) {
                mail.forged += 1
            } else if truncated == 0 {
                mail.letters.append(Array(buffer[..<length]))
            }
        }
        mail.mayHaveMore = true
        return mail
    }
}
