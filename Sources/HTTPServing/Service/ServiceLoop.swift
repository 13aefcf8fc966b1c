internal import BackgroundWork
internal import CLinux
internal import Glibc

/// The thread that drives the server.
@safe final class ServiceLoop {
    var server: HTTPServer?
    /// A copy of the owner's, since the thread may outlive it a little.
    let listener: Int32
    private let mailbox: ServiceMailbox
    private let respond: @Sendable (HTTPRequest) async -> HTTPResponse
    private var pending: [UInt64: (later: HTTPLater, task: Task<Void, Never>)] = [:]
    private var lastID: UInt64 = 0
    /// When a stop is over, whoever is still there.
    private var stopsAt: UInt64?

    init(
        listener: Int32, mailbox: ServiceMailbox, respond: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
    ) {
        self.listener = pulse_duplicate_above(listener, 3)
        self.mailbox = mailbox
        self.respond = respond
    }

    deinit { if listener >= 0 { close(listener) } }

    func begin(_ request: HTTPRequest) -> HTTPLater {
        lastID += 1
        let later = HTTPLater()
        let task = Task { [lastID, mailbox, respond] in mailbox.put(await respond(request), for: lastID) }
        pending[lastID] = (later, task)
        return later
    }

    /// - Returns: false when there is no thread to be had.
    func start() -> Bool {
        // Nobody else touches it from here on.
        nonisolated(unsafe) let loop = self
        return PlainThread.start { unsafe loop.run() }
    }

    private func run() {
        while let server, !isOver(server) { turn(server) }
        for (_, task) in pending.values { task.cancel() }
        server = nil
        mailbox.closeForGood()
    }

    private func isOver(_ server: HTTPServer) -> Bool {
        guard let stopsAt else { return false }
        return server.connections == 0 || Self.now() >= stopsAt
    }

    private func turn(_ server: HTTPServer) {
        let listens = Int16(POLLIN)
        var polled = [
            pollfd(fd: server.listeningDescriptor, events: listens, revents: 0),
            pollfd(fd: server.eventsDescriptor, events: listens, revents: 0),
            pollfd(fd: mailbox.descriptor, events: listens, revents: 0),
        ]
        let now = Self.now()
        let next = [server.deadline(now: now), stopsAt].compactMap { $0 }.min()
        let wait = next.map { $0 > now ? Int64(clamping: $0 - now) : 0 } ?? -1
        _ = unsafe pulse_poll(&polled, UInt(polled.count), wait)
        if polled[2].revents != 0 { deliver(mailbox.take(), to: server) }
        server.turn(now: Self.now(), listenerIsReady: polled[0].revents != 0)
    }

    private func deliver(_ contents: ServiceMailbox.Contents, to server: HTTPServer) {
        for answer in contents.answers { pending.removeValue(forKey: answer.id)?.later.answer(answer.response) }
        if let within = contents.stop {
            let end = Self.now().addingReportingOverflow(within)
            stopsAt = min(stopsAt ?? .max, end.overflow ? .max : end.partialValue)
            server.retire()
        }
    }

    /// CLOCK_MONOTONIC, in nanoseconds.
    private static func now() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
