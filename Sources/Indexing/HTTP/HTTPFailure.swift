/// Why a request got no answer. Each case carries the address without its secrets.
package enum HTTPFailure: Error, Equatable, CustomStringConvertible {
    package enum Phase: Equatable { case connect, total }

    case refused(SanitizedURL)
    /// `errno` as connect(2) left it, and its text.
    case unreachable(SanitizedURL, cause: String, errno: Int32)
    case timedOut(Phase, SanitizedURL)
    case nameNotResolved(SanitizedURL)
    /// The connection ended before the answer was complete.
    case reset(SanitizedURL)
    case tls(SanitizedURL, detail: String)
    case tooLarge(SanitizedURL, limit: Int)
    case cancelled(SanitizedURL)
    case other(SanitizedURL, detail: String)

    package var description: String { "\(cause) (\(place))" }

    /// Without the address, for whoever must not show even its path.
    package var cause: String {
        switch self {
        case .refused: "connection refused"
        case .unreachable(_, let cause, _): cause
        case .timedOut(.connect, _): "connecting timed out"
        case .timedOut(.total, _): "no complete answer in time"
        case .nameNotResolved: "host name not found"
        case .reset: "connection closed before the answer was complete"
        case .tls(_, let detail): "TLS failed: \(detail)"
        case .tooLarge(_, let limit): "the answer is larger than \(limit) bytes"
        case .cancelled: "cancelled"
        case .other(_, let detail): detail
        }
    }

    private var place: String {
        switch self {
        case .refused(let url), .unreachable(let url, _, _), .timedOut(.connect, let url), .nameNotResolved(let url),
            .reset(let url), .tls(let url, _), .other(let url, _):
            url.origin
        case .timedOut(.total, let url), .tooLarge(let url, _), .cancelled(let url): "\(url)"
        }
    }
}
