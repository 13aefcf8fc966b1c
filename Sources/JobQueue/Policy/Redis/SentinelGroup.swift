/// Sentinels that watch one master, and as whom to ask them. A sentinel has users and passwords of its own.
public struct SentinelGroup: Equatable, Sendable {
    /// In the order they are asked; the one that answered last goes first.
    public var sentinels: [RedisAddress]
    /// What the sentinels call the master.
    public var master: String
    public var user: String?
    public var password: String?

    public init(sentinels: [RedisAddress], master: String, user: String? = nil, password: String? = nil) {
        self.sentinels = sentinels
        self.master = master
        self.user = user
        self.password = password
    }
}
