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

    package var description: String {
        switch self {
        case .refused(let url): "connection refused (\(url.origin))"
        case .unreachable(let url, let cause, _): "\(cause) (\(url.origin))"
        case .timedOut(.connect, let url): "connecting timed out (\(url.origin))"
        case .timedOut(.total, let url): "no complete answer in time (\(url))"
        case .nameNotResolved(let url): "host name not found (\(url.origin))"
        case .reset(let url): "connection closed before the answer was complete (\(url.origin))"
        case .tls(let url, let detail): "TLS failed: \(detail) (\(url.origin))"
        case .tooLarge(let url, let limit): "the answer is larger than \(limit) bytes (\(url))"
        case .cancelled(let url): "cancelled (\(url))"
        case .other(let url, let detail): "\(detail) (\(url.origin))"
        }
    }
}
