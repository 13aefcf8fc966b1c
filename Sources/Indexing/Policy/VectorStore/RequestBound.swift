/// What an upsert holds, roughly.
struct RequestSize: Equatable, Sendable {
    var points = 0
    /// Of vectors and payloads as JSON.
    var bytes = 0

    static func + (left: RequestSize, right: RequestSize) -> RequestSize {
        RequestSize(points: left.points + right.points, bytes: left.bytes + right.bytes)
    }
}

/// How much one upsert may hold: 256 points, as Qdrant's own advice for bulk loads goes at most, and a quarter of the body
/// that Qdrant takes by default. A server or a proxy that takes less is found out by its refusals.
struct RequestBound: Equatable, Sendable {
    private(set) var points = 256
    private(set) var bytes = 8 << 20

    func holds(_ size: RequestSize) -> Bool { size.points <= points && size.bytes <= bytes }

    /// Never below one point, and always below what was refused, so that halving comes to an end.
    mutating func learn(_ refusal: SizeRefusal, of size: RequestSize) {
        switch refusal {
        case .points(let limit): points = max(1, min(points, limit ?? size.points / 2))
        case .bytes(let limit):
            let half = size.bytes / 2
            bytes = max(1, min(bytes, limit.map { min($0 / 2, half) } ?? half))
        }
    }
}
