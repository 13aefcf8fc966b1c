internal import CLinux
internal import Glibc

/// One `ppoll` over everything the supervisor waits for, and the nearest deadline. There is no tick: at rest nothing wakes it.
struct EventLoop {
    /// What a descriptor means to the supervisor.
    enum Source: Equatable {
        case signals
        case notify(slot: Int)
        case process(slot: Int)
        case output(slot: Int)
        case alert(AlertWay)
        case alertOutput(AlertWay)
        /// Our own log's reader has room again.
        case log
        case statusListener(Int)
        case statusEvents
        /// A client of a stream, by its listener's number and its descriptor, has gone.
        case sleeper(Int, Int32)
        /// A file of ours was removed from the runtime directory.
        case directory
    }

    private var entries: [pollfd] = []
    private var sources: [Source] = []

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        sources.removeAll(keepingCapacity: true)
    }

    mutating func add(_ descriptor: Int32, _ source: Source, for events: Int16 = Int16(POLLIN)) {
        entries.append(pollfd(fd: descriptor, events: events, revents: 0))
        sources.append(source)
    }

    /// Waits until a source is ready or the deadline is reached; nil = for ever.
    /// - Returns: the ready ones, in the order in which they were added.
    mutating func wait(until deadline: Nanoseconds?) -> [Source] {
        var left: Int64 = -1
        if let deadline { left = Int64(clamping: deadline.since(MonotonicClock.now())) }
        // EINTR and errors look like an empty turn: the caller looks at the clock and comes back.
        guard unsafe pulse_poll(&entries, UInt(entries.count), left) > 0 else { return [] }
        return entries.indices.filter { entries[$0].revents != 0 }.map { sources[$0] }
    }
}
