import Synchronization

/// Clients that ask for /livez, each time by a connection of its own.
final class PollingClients: Sendable {
    private let work: Task<Void, Never>
    private let shared: Shared

    private final class Shared: Sendable {
        let contents = Mutex((answered: 0, lost: 0, refused: 0, isOver: false))
    }

    /// Accepted and not answered.
    var lost: Int { shared.contents.withLock { $0.lost } }
    var answered: Int { shared.contents.withLock { $0.answered } }

    init(port: UInt16) {
        let shared = Shared()
        self.shared = shared
        work = Task {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        while !shared.contents.withLock({ $0.isOver }) {
                            guard let peer = try? Peer(port: port) else {
                                shared.contents.withLock { $0.refused += 1 }
                                continue
                            }
                            await peer.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            // One that was being answered by a process that is killed is cut off, not refused.
                            let isAnswered = await peer.answer()?.status == 200
                            shared.contents.withLock { contents in
                                if isAnswered { contents.answered += 1 } else { contents.lost += 1 }
                            }
                        }
                    }
                }
            }
        }
    }

    /// - Returns: how many connections were refused.
    func end() async -> Int {
        shared.contents.withLock { $0.isOver = true }
        await work.value
        return shared.contents.withLock { $0.refused }
    }
}
