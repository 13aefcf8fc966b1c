internal import CLinux
internal import Glibc

/// Tells when somebody removes or moves a file in a folder (inotify(7)).
struct DirectoryWatch: ~Copyable {
    let descriptor: FileDescriptor

    /// nil when the kernel has no watch left: then nothing is noticed, and nothing else changes.
    init?(_ path: String) {
        let number = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard number >= 0 else { return nil }
        guard unsafe inotify_add_watch(number, path, UInt32(IN_DELETE | IN_MOVED_FROM)) >= 0 else {
            close(number)
            return nil
        }
        descriptor = FileDescriptor(number)
    }

    /// Names of the files that have gone since the last call.
    func removed() -> Set<String> {
        var names: Set<String> = []
        var bytes = [UInt8](repeating: 0, count: 16 * 1024)
        while case let count = unsafe read(descriptor.number, &bytes, bytes.count), count > 0 {
            var offset = 0
            // struct inotify_event: wd, mask, cookie, len, each 4 bytes, then the name, padded with zeroes.
            while offset + 16 <= count {
                let length = (0..<4).reduce(0) { $0 | Int(bytes[offset + 12 + $1]) << (8 * $1) }
                let name = bytes[(offset + 16)..<min(offset + 16 + length, count)].prefix { $0 != 0 }
                names.insert(String(decoding: name, as: UTF8.self))
                offset += 16 + length
            }
        }
        return names
    }
}
