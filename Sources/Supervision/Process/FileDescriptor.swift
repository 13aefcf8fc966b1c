internal import CLinux
internal import Glibc

/// One open descriptor, closed exactly once.
struct FileDescriptor: ~Copyable {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { close(number) }

    /// Our own descriptors live above those that children get, so that no `dup2` for a child runs over one of them.
    static let firstOwn: Int32 = 16

    /// Moves a fresh descriptor out of the children's way.
    /// - Throws: errno.
    static func own(_ number: Int32) throws(Errno) -> FileDescriptor {
        guard number >= 0 else { throw Errno() }
        if number >= firstOwn { return FileDescriptor(number) }
        let moved = pulse_duplicate_above(number, firstOwn)
        let cause = Errno()
        close(number)
        guard moved >= 0 else { throw cause }
        return FileDescriptor(moved)
    }
}

/// The C library's error number, right after a call that failed.
struct Errno: Error, Equatable, CustomStringConvertible {
    let code: Int32

    init() { code = errno }
    init(_ code: Int32) { self.code = code }

    var description: String { unsafe String(cString: strerror(code)) }
}
