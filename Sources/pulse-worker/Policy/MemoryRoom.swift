/// How much of large jobs' text may be in memory at once. Only large ones are counted: what the small ones take is bounded by
/// how many run.
struct MemoryRoom {
    /// Bytes of inflated data. A document takes up to twice its size while it is cut, its own size while it is embedded.
    static let limit = 48 << 20

    /// Bytes of those that run.
    private(set) var used: Int

    /// Takes room for one more if there is some. With nothing else large at work there always is, whatever its size.
    mutating func take(_ size: Int) -> Bool {
        guard used == 0 || used + size <= Self.limit else { return false }
        used += size
        return true
    }
}
