internal import CLinux
internal import Glibc

/// A listening Unix socket with a mode of its own, which removes its name when it is closed.
public final class UnixListener {
    /// Non-blocking; closed with this object.
    public let descriptor: Int32
    private let path: String
    private let device: UInt
    private let inode: UInt

    /// Binds `path`, replacing a socket that nobody listens on any more. Call it only under a lock that keeps others from
    /// doing the same, else two of them can each take the other's for stale.
    ///
    /// - Parameter mode: the socket's mode whatever the umask. It is born with 0600 and widened afterwards, so that at no
    ///   moment it lets in more than it should.
    /// - Throws: ``UnixListenerError``.
    public init(path: String, mode: UInt32) throws(UnixListenerError) {
        try Self.clearStale(path)
        let descriptor = pulse_unix_socket(1)
        guard descriptor >= 0 else { throw .refused(path: path, doing: "socket", errno: errno) }
        guard fchmod(descriptor, 0o600) == 0, unsafe pulse_bind_unix(descriptor, path) == 0,
            unsafe chmod(path, mode) == 0, listen(descriptor, 64) == 0
        else {
            let cause = errno
            close(descriptor)
            throw .refused(path: path, doing: "listen", errno: cause)
        }
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            let cause = errno
            close(descriptor)
            throw .refused(path: path, doing: "stat", errno: cause)
        }
        self.descriptor = descriptor
        self.path = path
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
    }

    /// Closes it; the name goes only if it is still this socket's.
    deinit {
        var status = stat()
        if unsafe lstat(path, &status) == 0, UInt(status.st_dev) == device, UInt(status.st_ino) == inode {
            unsafe unlink(path)
        }
        close(descriptor)
    }

    private static func clearStale(_ path: String) throws(UnixListenerError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        let probe = pulse_unix_socket(1)
        defer { close(probe) }
        let answered = unsafe pulse_connect_unix(probe, path) == 0 || errno == EAGAIN
        guard !answered else { throw .inUse(path: path) }
        unsafe unlink(path)
    }
}

/// Why there is no listening socket, and what to do about it.
public enum UnixListenerError: Error, CustomStringConvertible {
    case inUse(path: String)
    case notASocket(path: String)
    case refused(path: String, doing: String, errno: Int32)

    public var description: String {
        switch self {
        case .inUse(let path): "\(path): another process listens there; stop it or choose another runtime directory"
        case .notASocket(let path): "\(path): exists and is not a socket; remove it or choose another runtime directory"
        case .refused(let path, _, ENAMETOOLONG):
            "\(path): a socket's path may have 107 bytes, this has \(path.utf8.count); choose a shorter runtime directory"
        case .refused(let path, let doing, let cause):
            "\(path): \(doing) refused: \(unsafe String(cString: strerror(cause))); "
                + "check the runtime directory's owner and free space"
        }
    }
}
