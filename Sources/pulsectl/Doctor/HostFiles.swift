import FoundationEssentials
import Glibc
import Settings

/// Files of this host, or of a copy of one below a folder. What cannot be read is not there.
struct HostFiles: Sendable {
    /// "" = this very host.
    var root = ""

    func text(_ path: String) -> String? { try? TextFile.read(root + path) }

    func exists(_ path: String) -> Bool { unsafe access(root + path, F_OK) == 0 }

    func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: root + folder)) ?? []
    }

    /// A number in a file of its own, as control groups have them; "max" is none.
    func number(_ path: String) -> Int? {
        text(path).flatMap { Int(String($0.prefix { $0.isNumber })) }
    }

    /// Why this process cannot read the file; nil = it can.
    func unreadable(_ path: String) -> String? {
        unsafe access(root + path, R_OK) == 0 ? nil : String(cString: strerror(errno))
    }

    /// Owner, group and permission bits.
    func status(_ path: String) -> (user: UInt32, group: UInt32, mode: UInt32)? {
        var status = stat()
        guard unsafe stat(root + path, &status) == 0 else { return nil }
        return (status.st_uid, status.st_gid, status.st_mode)
    }

    /// Bytes that are free for everybody, and all there are, of the disk that holds the path.
    func disk(_ path: String) -> (free: Int, all: Int)? {
        var disk = statvfs()
        guard unsafe statvfs(root + path, &disk) == 0 else { return nil }
        return (Int(disk.f_bavail) * Int(disk.f_frsize), Int(disk.f_blocks) * Int(disk.f_frsize))
    }
}
