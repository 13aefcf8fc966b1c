/// Where Redis is, and as whom to speak to it.
///
/// `redis://[user:password@]host[:port][/database]`, `redis://:password@host`, `unix:///path[?db=n]` (with
/// `user:password@` before the path, as redis-py reads it).
public struct RedisURL: Equatable, Sendable, CustomStringConvertible {
    public enum Place: Equatable, Sendable {
        case tcp(host: String, port: Int)
        case unix(path: String)
    }

    public var place: Place
    public var user: String?
    public var password: String?
    public var database: Int

    public init(place: Place, user: String? = nil, password: String? = nil, database: Int = 0) {
        self.place = place
        self.user = user
        self.password = password
        self.database = database
    }

    /// The URL without secrets: safe for logs, errors and the status.
    public var description: String {
        switch place {
        case .tcp(let host, let port):
            "redis://\(host.contains(":") ? "[\(host)]" : host):\(port)" + (database == 0 ? "" : "/\(database)")
        case .unix(let path): "unix://\(URLText.encoded(path))" + (database == 0 ? "" : "?db=\(database)")
        }
    }

    public init(parsing text: String) throws(RedisURLError) {
        guard let (scheme, rest) = Self.split(text, at: "://") else { throw .scheme("") }
        switch scheme {
        case "redis", "unix": break
        case "rediss": throw .encryption
        default: throw .scheme(scheme)
        }
        let (address, query) = Self.split(rest, at: "?") ?? (rest, "")
        let (credentials, location) = Self.splitLast(address, at: "@") ?? ("", address)
        (user, password) = try Self.credentials(credentials)
        if scheme == "unix" {
            guard location.hasPrefix("/") else { throw .path }
            let path = try URLText.decoded(location)
            // The kernel would end it there, and open another file.
            guard !path.utf8.contains(0) else { throw .path }
            place = .unix(path: path)
            database = try Self.database(inQuery: query) ?? 0
        } else {
            let (authority, path) = Self.split(location, at: "/") ?? (location, "")
            place = try Self.tcp(authority)
            database = try path.isEmpty ? Self.database(inQuery: query) ?? 0 : Self.database(path)
        }
    }

    private static func tcp(_ authority: String) throws(RedisURLError) -> Place {
        let bracketed = authority.hasPrefix("[") ? split(String(authority.dropFirst()), at: "]") : nil
        let host: String
        let port: String?
        if let (inner, after) = bracketed {
            guard after.isEmpty || after.hasPrefix(":") else { throw .host }
            (host, port) = (inner, after.isEmpty ? nil : String(after.dropFirst()))
        } else if let (name, digits) = splitLast(authority, at: ":") {
            (host, port) = (name, digits)
        } else {
            (host, port) = (authority, nil)
        }
        guard URLText.isHost(host) else { throw .host }
        guard let port else { return .tcp(host: host, port: 6379) }
        guard let number = URLText.number(port), (1...65_535).contains(number) else { throw .port }
        return .tcp(host: host, port: number)
    }

    private static func credentials(_ text: String) throws(RedisURLError) -> (String?, String?) {
        if text.isEmpty { return (nil, nil) }
        let (user, password) = split(text, at: ":") ?? (text, "")
        return (user.isEmpty ? nil : try URLText.decoded(user), password.isEmpty ? nil : try URLText.decoded(password))
    }

    private static func database(_ text: String) throws(RedisURLError) -> Int {
        guard let number = URLText.number(text) else { throw .database }
        return number
    }

    private static func database(inQuery query: String) throws(RedisURLError) -> Int? {
        for part in query.split(separator: "&") where part.hasPrefix("db=") {
            return try database(String(part.dropFirst(3)))
        }
        return nil
    }

    private static func split(_ text: String, at separator: String) -> (String, String)? {
        guard let range = text.firstRange(of: separator) else { return nil }
        return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
    }

    private static func splitLast(_ text: String, at separator: Character) -> (String, String)? {
        guard let place = text.lastIndex(of: separator) else { return nil }
        return (String(text[..<place]), String(text[text.index(after: place)...]))
    }
}

/// What is wrong with a Redis URL. The URL itself is not repeated: it may hold a password.
public enum RedisURLError: Error, Equatable, Sendable, CustomStringConvertible {
    case scheme(String)
    case encryption
    case host
    case port
    case path
    case database
    case escape
    case notText

    public var description: String {
        switch self {
        case .scheme(let scheme):
            "the Redis URL's scheme \"\(scheme)\" is not redis or unix: use redis://host:6379/0 or unix:///run/redis/redis.sock"
        case .encryption:
            "rediss:// needs a hiredis with TLS (1.0 or newer, built with it), which this build does not have: "
                + "use redis:// over a private network or a TLS tunnel such as stunnel, or unix://"
        case .host: "the Redis URL names no host, or something that is none: use redis://host:6379/0"
        case .port: "the Redis URL's port is not a number from 1 to 65535"
        case .path: "the Redis URL's socket path is not absolute or holds a NUL: use unix:///run/redis/redis.sock"
        case .database: "the Redis URL's database is not a number: use redis://host:6379/0 or unix:///path?db=0"
        case .escape: "the Redis URL holds a % that is not followed by two hexadecimal digits"
        case .notText: "the Redis URL holds %-escapes that are not UTF-8"
        }
    }
}
