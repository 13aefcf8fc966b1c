import Synchronization

/// Pieces of a stream in, whole lines out.
final class LineBuffer: Sendable {
    private let partial = Mutex<[UInt8]>([])
    private let take: @Sendable (String) -> Void

    init(_ take: @escaping @Sendable (String) -> Void) { self.take = take }

    func add(_ bytes: [UInt8]) {
        let lines = partial.withLock { partial in
            partial += bytes
            guard let end = partial.lastIndex(of: UInt8(ascii: "\n")) else { return [ArraySlice<UInt8>]() }
            let whole = Array(partial[...end])
            partial.removeFirst(end + 1)
            return whole.split(separator: UInt8(ascii: "\n"))
        }
        for line in lines { take(String(decoding: line, as: UTF8.self)) }
    }
}
