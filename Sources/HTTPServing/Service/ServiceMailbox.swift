internal import CLinux
internal import Glibc
internal import Synchronization

/// What tasks have for the server's thread.
final class ServiceMailbox: Sendable {
    struct Contents {
        var answers: [(id: UInt64, response: HTTPResponse)] = []
        /// Nanoseconds that a stop may take.
        var stop: UInt64?
        fileprivate var waiting: [CheckedContinuation<Void, Never>] = []
        fileprivate var isClosed = false
    }

    /// Readable when there is something new.
    let descriptor: Int32
    private let contents = Mutex(Contents())

    init?() {
        descriptor = pulse_wake_descriptor()
        if descriptor < 0 { return nil }
    }

    deinit { close(descriptor) }

    func put(_ response: HTTPResponse, for id: UInt64) {
        let isFirst = contents.withLock { contents in
            if contents.isClosed { return false }
            contents.answers.append((id, response))
            return contents.answers.count == 1
        }
        if isFirst { pulse_wake(descriptor) }
    }

    func stop(within nanoseconds: UInt64, then continuation: CheckedContinuation<Void, Never>?) {
        let isOver = contents.withLock { contents in
            if contents.isClosed { return true }
            contents.stop = nanoseconds
            if let continuation { contents.waiting.append(continuation) }
            return false
        }
        if isOver { continuation?.resume() } else { pulse_wake(descriptor) }
    }

    /// Everything that has gathered.
    func take() -> Contents {
        pulse_forget_wakes(descriptor)
        return contents.withLock { contents in
            defer {
                contents.answers = []
                contents.stop = nil
            }
            return contents
        }
    }

    /// Nobody will look into it any more.
    func closeForGood() {
        let waiting = contents.withLock { contents in
            contents.isClosed = true
            contents.answers = []
            defer { contents.waiting = [] }
            return contents.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
