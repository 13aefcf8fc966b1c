/// Why bytes could not be inflated.
public enum CompressionError: Error, Equatable, Sendable, CustomStringConvertible {
    case bomb(limit: Int)
    case truncated
    case damaged(String)
    case outOfMemory

    public var description: String {
        switch self {
        case .bomb(let limit): "refused: it inflates beyond \(limit >> 20) MiB (a zlib bomb?)"
        case .truncated: "its zlib stream is truncated"
        case .damaged(let reason): "its zlib stream is damaged (\(reason))"
        case .outOfMemory: "zlib found no memory"
        }
    }
}
