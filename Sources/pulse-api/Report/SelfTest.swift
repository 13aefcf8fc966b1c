import BackgroundWork
import Glibc
import SupervisedProcess

/// The sign of life that the supervisor waits for: given only when a request to ourselves has been answered, by the listening
/// socket, the server's thread and the pool. A timer would go on beside an API that serves nobody.
struct SelfTest: Sendable {
    let address: OwnAddress
    let announcer: Announcer
    let stop: StopRequest

    /// - Parameter environment: says whether anybody waits for it.
    func start(environment: [String: String]) -> Bool {
        guard let pause = Self.pause(environment) else { return true }
        return PlainThread.start { [self] in
            while stop.reason == nil {
                if passes() { announcer.turned() }
                usleep(pause)
            }
        }
    }

    /// Microseconds between two tests, however long the supervisor waits; nil = nobody does.
    static func pause(_ environment: [String: String]) -> UInt32? {
        guard let granted = environment["WATCHDOG_USEC"].flatMap(UInt64.init), granted > 0 else { return nil }
        return UInt32(min(granted / 6, 900_000))
    }

    private func passes() -> Bool {
        address.exchange("GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", within: 2)?
            .hasPrefix("HTTP/1.1 200") ?? false
    }
}
