import CLinux
import Foundation
import Glibc

/// A child process that inherits nothing but the three standard descriptors, with signals as a shell would give them.
///
/// Not Foundation's `Process`: it learns of a child's end by the end of a pipe that children started at the same time
/// inherit too, so parallel tests wait for one another, and its children keep the blocked signals of dispatch's threads.
struct SpawnedChild {
    struct Failure: Error { let code: Int32 }

    let pid: pid_t

    init(
        _ arguments: [String],
        environment: [String] = ["PATH=/usr/local/bin:/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE=1"],
        input: Int32? = nil, output: Int32? = nil, errors: Int32? = nil
    ) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (number, source) in [input, output, errors].enumerated() {
            if let source {
                unsafe posix_spawn_file_actions_adddup2(&actions, source, Int32(number))
            } else {
                unsafe posix_spawn_file_actions_addopen(&actions, Int32(number), "/dev/null", O_RDWR, 0)
            }
        }
        unsafe pulse_close_from(&actions, 3)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = unsafe environment.map { unsafe strdup($0) } + [nil]
        defer {
            for index in unsafe words.indices { unsafe free(words[index]) }
            for index in unsafe variables.indices { unsafe free(variables[index]) }
        }
        var child: pid_t = 0
        let code = unsafe posix_spawn(&child, arguments[0], &actions, &attributes, &words, &variables)
        guard code == 0 else { throw Failure(code: code) }
        pid = child
    }

    /// Waits for the end; the exit status, or 128 and the signal.
    func wait() -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7f
        return signal == 0 ? status >> 8 & 0xff : 128 + signal
    }

    /// A pipe no other child inherits.
    static func pipe() throws -> (read: FileHandle, write: FileHandle) {
        var ends: [Int32] = [0, 0]
        guard unsafe pulse_pipe(&ends) == 0 else { throw Failure(code: errno) }
        return (FileHandle(fileDescriptor: ends[0]), FileHandle(fileDescriptor: ends[1]))
    }
}
