internal import CLinux
internal import Glibc

/// A pipe that says, by its end, that the supervisor is gone. Nobody writes to it; we alone hold the writing end, and every
/// child the reading end. Unlike PR_SET_PDEATHSIG it follows no thread, survives every exec and leaves time to finish.
struct Lifeline: ~Copyable {
    let readEnd: FileDescriptor
    private let writeEnd: FileDescriptor

    /// - Throws: errno.
    init() throws(Errno) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pulse_pipe(&ends) == 0 else { throw Errno() }
        let readEnd = try FileDescriptor.own(ends[0])
        writeEnd = try FileDescriptor.own(ends[1])
        self.readEnd = readEnd
    }
}
