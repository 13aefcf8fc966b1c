internal import CLinux
internal import Glibc
internal import Reporting

/// `<runtime>/<slot>.lock`: a flock that a child inherits as fd 4 and therefore holds until it, and whatever it left behind,
/// is gone - also when we are gone before it. A child cannot write through its descriptor: the next supervisor ends whom the
/// text names. Its text says who had the slot last and how that one died.
struct SlotLock: ~Copyable {
    let descriptor: FileDescriptor

    enum Failure: Error {
        /// A process of an earlier supervisor, or one that escaped our sweep, still has it.
        case held
        case refused(Errno)
    }

    /// Opens and locks. A fresh open each time: only then is a lock that an old process still has visible to us as well.
    static func take(_ path: String, guards: Guards = .all) throws(Failure) -> SlotLock {
        do {
            let descriptor = try FileDescriptor.own(
                unsafe pulse_open(path, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600))
            guard !guards.holds(.slotLock) || pulse_lock_exclusive(descriptor.number) == 0 else {
                if errno == EWOULDBLOCK { throw Failure.held }
                throw Failure.refused(Errno())
            }
            return SlotLock(descriptor: descriptor)
        } catch let failure as Failure {
            throw failure
        } catch let cause as Errno {
            throw .refused(cause)
        } catch {
            throw .refused(Errno(EIO))
        }
    }

    static func isFree(_ path: String) -> Bool {
        do throws(Failure) {
            _ = try take(path)
            return true
        } catch {
            return false
        }
    }

    private init(descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
}

extension SlotRecord {
    /// nil where there is none, and where anybody but us or root may have written it.
    static func read(_ path: String) -> SlotRecord? {
        var file = stat()
        guard unsafe lstat(path, &file) == 0, file.st_uid == geteuid() || file.st_uid == 0,
            file.st_mode & 0o022 == 0, let text = ProcFS.read(path)
        else {
            return nil
        }
        return SlotRecord(text)
    }

    /// Writes over the file at `path`, whoever holds the lock: only a supervisor writes, and there is only one.
    func write(at path: String) {
        let descriptor = unsafe pulse_open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var bytes = Array(text.utf8)
        guard unsafe pwrite(descriptor, &bytes, bytes.count, 0) == bytes.count else { return }
        ftruncate(descriptor, off_t(bytes.count))
    }
}
