/// How far a connection is with its present request, and until when it may be.
enum ClientPhase: Equatable {
    /// Between two requests.
    case idle(since: UInt64)
    /// The request line and the headers are on their way.
    case head(since: UInt64)
    case body(since: UInt64, bytes: Int)
    /// Somebody makes the answer.
    case answering(since: UInt64)
    case sending(since: UInt64, until: UInt64)
    /// An answer without an end.
    case streaming(since: UInt64)
    /// Let go of; the library is yet to notice.
    case shut

    /// - Parameter acceptedAt: the connection's own beginning.
    func deadline(_ limits: HTTPLimits, acceptedAt: UInt64) -> UInt64? {
        switch self {
        case .idle(let since): within(limits, acceptedAt, since + limits.idleDeadline)
        case .head(let since): within(limits, acceptedAt, since + limits.headerDeadline)
        case .body(let since, let bytes):
            within(limits, acceptedAt, since + limits.bodyDeadline + Self.time(for: bytes, limits))
        case .answering(let since): since + limits.answerDeadline
        case .sending(_, let until): until
        case .streaming, .shut: nil
        }
    }

    /// An answer of so many bytes goes out.
    static func sending(_ bytes: Int, now: UInt64, _ limits: HTTPLimits, acceptedAt: UInt64) -> ClientPhase {
        let until = now + limits.sendDeadline + time(for: bytes, limits)
        return .sending(since: now, until: limits.deadline.map { min(until, max(now, acceptedAt + $0)) } ?? until)
    }

    /// Since when it could make room for somebody else; nil = not at all. Nobody loses an answer that is being made or has
    /// only just begun to go out.
    func evictable(now: UInt64) -> UInt64? {
        switch self {
        case .idle(let since), .head(let since), .body(let since, _), .streaming(let since): since
        case .sending(let since, _): now >= since + 1_000_000_000 ? since : nil
        case .answering, .shut: nil
        }
    }

    /// It has only just come, and gets the time to say what it wants: in a full house newcomers would else do nothing but push
    /// each other out.
    func isFresh(now: UInt64, _ limits: HTTPLimits) -> Bool {
        if case .head(let since) = self { now < since + limits.grace } else { false }
    }

    private func within(_ limits: HTTPLimits, _ acceptedAt: UInt64, _ own: UInt64) -> UInt64 {
        limits.deadline.map { min(own, acceptedAt + $0) } ?? own
    }

    private static func time(for bytes: Int, _ limits: HTTPLimits) -> UInt64 {
        UInt64(bytes) * 1_000_000_000 / UInt64(max(1, limits.bodyBytesPerSecond))
    }
}
