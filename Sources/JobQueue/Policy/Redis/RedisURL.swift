/// Where Redis is, and as whom to speak to it.
///
/// - `redis://[user:password@]host[:port][/database]`, `redis://:password@host`
/// - `rediss://...`: the same by TLS, with `?ca=/path&cert=/path&key=/path&verify=none|full` (or redis-py's `ssl_...`)
/// - `unix:///path[?db=n]`, with `user:password@` before the path, as redis-py reads it
/// - `redis+sentinel://[user:password@]host[:port],host[:port]/name[/database][?sentinel_user=..&sentinel_password=..]`:
///   the master that those sentinels name; `rediss+sentinel://`: both by TLS
public struct RedisURL: Equatable, Sendable, CustomStringConvertible {
    public enum Place: Equatable, Sendable {
        case tcp(host: String, port: Int)
        case unix(path: String)
        case sentinel(SentinelGroup)
    }

    public var place: Place
    public var user: String?
    public var password: String?
    public var database: Int
    /// nil = not encrypted.
    public var tls: TLSOptions?

    public init(
        place: Place, user: String? = nil, password: String? = nil, database: Int = 0, tls: TLSOptions? = nil
    ) {
        self.place = place
        self.user = user
        self.password = password
        self.database = database
        self.tls = tls
    }

    /// The URL without secrets: safe for logs, errors and the status.
    public var description: String {
        let scheme = tls == nil ? "redis" : "rediss"
        let path = database == 0 ? "" : "/\(database)"
        switch place {
        case .tcp(let host, let port): return "\(scheme)://\(RedisAddress.tcp(host: host, port: port))\(path)"
        case .unix(let file): return "unix://\(URLText.encoded(file))" + (database == 0 ? "" : "?db=\(database)")
        case .sentinel(let group):
            let sentinels = group.sentinels.map(\.description).joined(separator: ",")
            return "\(scheme)+sentinel://\(sentinels)/\(URLText.encoded(group.master))\(path)"
        }
    }
}
