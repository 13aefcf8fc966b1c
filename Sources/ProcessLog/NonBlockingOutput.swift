import CLinux
import Glibc

/// Writing to an inherited descriptor without ever waiting.
///
/// O_NONBLOCK is not set on it: that flag belongs to the open file, which we share with whoever started us, and their terminal
/// or pipe would change with ours. A pipe or a terminal is opened anew instead (`/proc/self/fd/N`), with the flag; a socket
/// takes the wish with each call; a regular file is always ready. Where opening anew is refused (a pipe of another user's),
/// poll(2) is asked before each piece, which is no longer than a pipe takes whole (PIPE_BUF).
struct NonBlockingOutput: ~Copyable {
    private enum Way { case owned, socket, file, asked }

    private let descriptor: Int32
    private let way: Way
    private let room: Int
    private var waiting: [UInt8] = []
    /// The last byte that went out did not end a line.
    private var isMidLine = false
    /// Lines that were taken to wait and could not be written after all.
    private var lost = 0

    private static let pipeBuffer = 4096

    /// - Parameter room: bytes that may wait when there is no room now.
    init(_ inherited: Int32, room: Int) {
        self.room = room
        var status = stat()
        guard unsafe fstat(inherited, &status) == 0 else {
            descriptor = inherited
            way = .asked
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFSOCK:
            descriptor = inherited
            way = .socket
        case S_IFREG:
            descriptor = inherited
            way = .file
        default:
            let own = unsafe pulse_open(
                "/proc/self/fd/\(inherited)", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | O_APPEND, 0)
            // Out of the way of the numbers that children get.
            let moved = own >= 0 ? pulse_duplicate_above(own, 16) : -1
            if own >= 0 { close(own) }
            descriptor = moved >= 0 ? moved : inherited
            way = moved >= 0 ? .owned : .asked
        }
    }

    deinit { if way == .owned { close(descriptor) } }

    var pendingDescriptor: Int32? { waiting.isEmpty ? nil : descriptor }

    /// All or nothing: half a line would garble the next.
    /// - Returns: whether the bytes were written or wait to be.
    mutating func write(_ bytes: [UInt8]) -> Bool {
        flush()
        if waiting.isEmpty {
            // Half a line went out and its rest never will: this one begins on a line of its own.
            let bytes = isMidLine ? [UInt8(ascii: "\n")] + bytes : bytes
            guard let count = put(bytes[...]) else { return false }
            if count == bytes.count { return true }
            // Once begun it has to be ended, whatever the room.
            if count == 0, room < bytes.count { return false }
            waiting = Array(bytes[count...])
            return true
        }
        guard waiting.count + bytes.count <= room else { return false }
        waiting += bytes
        return true
    }

    /// - Returns: how many lines that had been taken were lost, since it was last asked.
    mutating func takeLost() -> Int {
        defer { lost = 0 }
        return lost
    }

    mutating func flush() {
        guard !waiting.isEmpty else { return }
        if let count = put(waiting[...]) {
            waiting.removeFirst(count)
        } else {
            lost += waiting.count { $0 == UInt8(ascii: "\n") }
            waiting = []
        }
    }

    /// - Returns: how many bytes were taken; nil when none ever will be (the reader is gone, the disk is full).
    private mutating func put(_ bytes: ArraySlice<UInt8>) -> Int? {
        var done = 0
        while done < bytes.count {
            var piece = bytes.dropFirst(done)
            if way == .asked {
                piece = piece.prefix(Self.pipeBuffer)
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard unsafe poll(&ready, 1, 0) == 1 else { return done }
                // Of a full pipe without a reader POLLERR is all there is to hear, now and at every further look.
                guard ready.revents & Int16(POLLOUT) != 0 else { return nil }
            }
            let count = unsafe piece.withUnsafeBytes { bytes in
                way == .socket
                    ? unsafe send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
                    : unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN || errno == EWOULDBLOCK { return done }
            if count <= 0 { return nil }
            done += count
            isMidLine = bytes[bytes.startIndex + done - 1] != UInt8(ascii: "\n")
        }
        return done
    }
}
