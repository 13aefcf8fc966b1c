internal import CLinux
internal import Glibc

/// The folder of sockets and locks, and the lock that makes us the only supervisor in it.
struct RuntimeDirectory: ~Copyable {
    let path: String
    private let wasMade: Bool
    private let lock: FileDescriptor

    /// The longest name in it is a slot's notify socket; with it a path must fit into a socket address.
    private static let longestPath = 107

    /// - Throws: ``StartError``, `alreadyRunning` when another supervisor holds the folder.
    /// - Parameter programs: whose slots will have their files in it, as many as there may ever be.
    static func open(_ path: String, programs: [String]) throws(StartError) -> RuntimeDirectory {
        let longest = programs.map { "/\($0).\(Supervisor.mostOfAProgram).notify".utf8.count }.max() ?? 0
        let room = longestPath - max(longest, "/supervisor.sock".utf8.count)
        guard path.utf8.count <= room else {
            throw .configuration(
                "PULSE_RUNTIME_DIR=\(path): the sockets in it would have paths of more than \(longestPath) bytes; "
                    + "choose one of at most \(room) bytes")
        }
        let wasMade = unsafe mkdir(path, 0o750) == 0
        guard wasMade || errno == EEXIST else {
            throw .configuration(
                "PULSE_RUNTIME_DIR=\(path): cannot be made: \(Errno()); make it, or choose "
                    + "one that this user may write")
        }
        return RuntimeDirectory(path: path, wasMade: wasMade, lock: try takeLock("\(path)/supervisor.lock"))
    }

    private init(path: String, wasMade: Bool, lock: consuming FileDescriptor) {
        self.path = path
        self.wasMade = wasMade
        self.lock = lock
    }

    /// Removes the lock, and the folder too if it was made here and nothing else is in it.
    consuming func remove() {
        unsafe unlink("\(path)/supervisor.lock")
        if wasMade { unsafe rmdir(path) }
    }

    private static func takeLock(_ path: String) throws(StartError) -> FileDescriptor {
        // A supervisor that ends removes the name: a lock on a nameless file is worth nothing, so look again.
        for _ in 0..<100 {
            let descriptor: FileDescriptor
            do {
                descriptor = try FileDescriptor.own(
                    unsafe pulse_open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600))
            } catch {
                throw .configuration("\(path): cannot be opened: \(error); check the folder's owner and mode")
            }
            guard pulse_lock_exclusive(descriptor.number) == 0 else {
                throw .alreadyRunning(
                    "\(path): held by another pulse-supervisor\(holder(of: path)); stop it or choose another "
                        + "PULSE_RUNTIME_DIR")
            }
            var ours = stat()
            var named = stat()
            if unsafe fstat(descriptor.number, &ours) == 0, unsafe stat(path, &named) == 0,
                ours.st_ino == named.st_ino, ours.st_dev == named.st_dev
            {
                var text = Array("\(getpid())\n".utf8)
                ftruncate(descriptor.number, 0)
                _ = unsafe pwrite(descriptor.number, &text, text.count, 0)
                return descriptor
            }
        }
        throw .internalFault("\(path): keeps being replaced")
    }

    private static func holder(of path: String) -> String {
        ProcFS.read(path).flatMap { Int32($0.prefix { $0.isNumber }) }.map { " (pid \($0))" } ?? ""
    }
}
