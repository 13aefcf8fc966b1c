internal import HTTPServing
internal import ProcessLog
internal import Reporting

/// Everybody who reads `GET /logs`: what slots have printed lately and, with `follow`, what they print from now on.
final class LogFeed {
    private struct Reader {
        let stream: HTTPStream
        /// nil = of every slot.
        let slot: String?
    }

    private var readers: [Reader] = []
    private static let most = 16
    /// In bytes, for what a reader has not read yet of the present.
    private static let room = 1 << 20

    /// - Parameter past: lines with the slot that printed them, oldest first.
    func open(slot: String?, past: [LogRecord], follow: Bool) -> HTTPStream {
        let lines = past.map(JSONLine.line)
        let stream = HTTPStream(
            // The past is there to be read at leisure, and a whole fleet's rings may be asked for at once.
            contentType: "application/x-ndjson", limit: lines.reduce(Self.room) { $0 + $1.count },
            farewell: JSONLine.line(
                LogRecord(slot: "", pid: nil, at: 0, level: "warning", message: "too slow a reader: lines are missing"))
        )
        for line in lines { stream.send(line) }
        guard follow else {
            stream.end()
            return stream
        }
        readers.append(Reader(stream: stream, slot: slot))
        if readers.count > Self.most { readers.removeFirst().stream.end() }
        return stream
    }

    func tell(_ line: LogLine) {
        guard !readers.isEmpty else { return }
        readers.removeAll { $0.stream.isClosed || $0.stream.isEnded }
        var bytes: [UInt8]?
        for reader in readers where reader.slot == nil || reader.slot == line.source {
            let ready = bytes ?? JSONLine.line(LogRecord(line))
            bytes = ready
            reader.stream.send(ready)
        }
    }

    func end() {
        for reader in readers { reader.stream.end() }
        readers = []
    }
}

extension LogRecord {
    init(_ line: LogLine) {
        self.init(slot: line.source, pid: line.pid, at: line.at, level: "\(line.priority)", message: line.text)
    }

    init(slot: String, _ entry: LineRing.Entry) {
        self.init(
            slot: slot, pid: nil, at: entry.at, level: "\(LogPriority(rawValue: entry.priority) ?? .info)",
            message: entry.text)
    }
}
