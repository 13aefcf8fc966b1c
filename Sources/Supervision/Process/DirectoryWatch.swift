internal import CLinux
internal import Glibc

/// Tells when somebody removes or moves a file in a folder, or the folder (inotify(7)).
struct DirectoryWatch: ~Copyable {
    let descriptor: FileDescriptor

    /// nil when the kernel has no watch left: then nothing is noticed, and nothing else changes.
    init?(_ path: String) {
        let number = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard number >= 0 else { return nil }
        guard
            unsafe inotify_add_watch(number, path, UInt32(IN_DELETE | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF))
                >= 0
        else {
            close(number)
            return nil
        }
        descriptor = FileDescriptor(number)
    }

    struct Changes {
        /// Names of files that have gone.
        var removed: Set<String> = []
        /// There were too many to be told of.
        var isIncomplete = false
        /// Nothing will be told any more.
        var folderIsGone = false
    }

    /// Since the last call.
    func changes() -> Changes {
        var changes = Changes()
        var bytes = [UInt8](repeating: 0, count: 16 * 1024)
        while case let count = unsafe read(descriptor.number, &bytes, bytes.count), count > 0 {
            var offset = 0
            // struct inotify_event: wd, mask, cookie, len, each 4 bytes, then the name, padded with zeroes.
            while offset + 16 <= count {
                func word(_ number: Int) -> Int {
                    (0..<4).reduce(0) { $0 | Int(bytes[offset + 4 * number + $1]) << (8 * $1) }
                }
                let (mask, length) = (word(1), word(3))
                if mask & Int(IN_Q_OVERFLOW) != 0 { changes.isIncomplete = true }
                if mask & Int(IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED) != 0 { changes.folderIsGone = true }
                let name = bytes[(offset + 16)..<min(offset + 16 + length, count)].prefix { $0 != 0 }
                changes.removed.insert(String(decoding: name, as: UTF8.self))
                offset += 16 + length
            }
        }
        return changes
    }
}
