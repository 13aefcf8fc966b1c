import Dispatch
import Glibc
import Synchronization

/// Ctrl-C and its like, noted instead of obeyed while there is something to be taken away first.
final class StopWish {
    private final class Flag: Sendable {
        let isSet = Mutex(false)
    }

    private let flag = Flag()
    private let sources: [any DispatchSourceSignal]

    var isWished: Bool { flag.isSet.withLock { $0 } }

    init() {
        sources = [SIGINT, SIGTERM, SIGHUP].map { [flag] number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { flag.isSet.withLock { $0 = true } }
            source.resume()
            return source
        }
    }
}
