internal import CLinux
internal import Glibc

/// Bytes for a child's stdin, in a file without a name (memfd_create(2)): unlike a pipe it takes all of them at once, so that a
/// child that does not read holds nobody up.
enum DocumentFile {
    /// - Returns: a descriptor that is read from the beginning.
    /// - Throws: errno.
    static func make(_ bytes: [UInt8]) throws(Errno) -> FileDescriptor {
        let file = try FileDescriptor.own(unsafe pulse_memory_file("pulse-status"))
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { all in
                unsafe pwrite(file.number, all.baseAddress?.advanced(by: written), all.count - written, off_t(written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Errno() }
            written += count
        }
        return file
    }
}
