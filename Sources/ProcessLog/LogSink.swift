import Glibc
import Synchronization

/// Where lines go: stderr or journald. It never waits for whoever reads them; what finds no room is dropped and counted, and
/// the next line that goes through says how many were. Safe from any thread.
public final class LogSink: Sendable {
    private struct State: ~Copyable {
        var output: NonBlockingOutput
        /// Dropped and not yet told of.
        var untold = 0
    }

    private let format: LogFormat
    /// Speaks to journald, or -1.
    private let journal: Int32
    private let state: Mutex<State>
    private let drops = Atomic<Int>(0)

    /// Lines that were not written, since the start.
    public var dropped: Int { drops.load(ordering: .relaxed) }

    /// - Parameter room: bytes that may wait for a slow reader, for a process that calls ``flush()``; 0 = none.
    public init(format: LogFormat, room: Int = 0) {
        journal = format == .journal ? Journal.open() : -1
        // Without journald the lines go to stderr, for whoever is there.
        self.format = format == .journal && journal < 0 ? .text : format
        state = Mutex(State(output: NonBlockingOutput(STDERR_FILENO, room: room)))
    }

    deinit { if journal >= 0 { close(journal) } }

    /// Passes on one line.
    public func write(_ line: LogLine) {
        let bytes = line.bytes(format, time: WallClock.text(line.at))
        let isTaken = state.withLock { state in
            count(lostBy: &state)
            if state.untold > 0, put(note(state.untold, line).bytes(format, time: WallClock.text(line.at)), &state) {
                state.untold = 0
            }
            let isTaken = put(bytes, &state)
            if !isTaken { state.untold += 1 }
            return isTaken
        }
        if !isTaken { drops.add(1, ordering: .relaxed) }
    }

    /// To be polled for writing while lines wait for a slow reader; nil = nothing waits.
    public var pendingDescriptor: Int32? { state.withLock { $0.output.pendingDescriptor } }

    /// Writes what waits, as far as there is room now.
    public func flush() {
        state.withLock { state in
            state.output.flush()
            count(lostBy: &state)
        }
    }

    private func count(lostBy state: inout State) {
        let lost = state.output.takeLost()
        state.untold += lost
        if lost > 0 { drops.add(lost, ordering: .relaxed) }
    }

    private func put(_ bytes: [UInt8], _ state: inout State) -> Bool {
        guard format == .journal else { return state.output.write(bytes) }
        return Journal.send(bytes, by: journal)
    }

    private func note(_ count: Int, _ line: LogLine) -> LogLine {
        LogLine(
            source: line.source, priority: .warning,
            text: "(\(count) \(count == 1 ? "line was" : "lines were") not written: there was no room for them)",
            at: line.at)
    }
}
