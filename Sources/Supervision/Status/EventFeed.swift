internal import HTTPServing
internal import Reporting

/// Everybody who reads `GET /events`: a line of JSON for each thing that happens, from the moment they ask.
final class EventFeed {
    private var readers: [HTTPStream] = []
    private static let most = 16

    var hasReaders: Bool { !readers.isEmpty }

    /// - Parameter first: how things stand now, so that a reader need not ask for it beside.
    func open(first: FleetNews) -> HTTPStream {
        // A reader that fell behind is told so and let go; it is never waited for.
        let stream = HTTPStream(
            contentType: "application/x-ndjson", farewell: JSONLine.line(FleetNews(.lagged, at: first.at)))
        stream.send(JSONLine.line(first))
        readers.append(stream)
        if readers.count > Self.most { readers.removeFirst().end() }
        return stream
    }

    func tell(_ news: @autoclosure () -> FleetNews) {
        readers.removeAll { $0.isClosed || $0.isEnded }
        guard !readers.isEmpty else { return }
        let line = JSONLine.line(news())
        for reader in readers { reader.send(line) }
    }

    func end() {
        for reader in readers { reader.end() }
        readers = []
    }
}
