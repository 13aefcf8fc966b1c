/// How much one pickle may cost. The input comes from whoever can write to Redis.
public struct PickleLimits: Equatable, Sendable {
    /// Bytes of pickle, and bytes of text and binary after shared references are expanded.
    public var bytes = 64 << 20
    public var stringBytes = 32 << 20
    public var depth = 128
    public var stack = 1_000_000
    public var memo = 1_000_000
    /// Values after shared references are expanded; also container slots while reading.
    public var nodes = 2_000_000

    public init() {}
}
