/// What is wrong with a Redis URL. The URL itself is not repeated: it may hold a password.
public enum RedisURLError: Error, Equatable, Sendable, CustomStringConvertible {
    case scheme(String)
    case encryption(String)
    case host
    case port
    case path
    case master
    case database
    case escape
    case notText

    public var description: String {
        switch self {
        case .scheme(let scheme):
            "the Redis URL's scheme \"\(scheme)\" is not redis, rediss, unix, redis+sentinel or rediss+sentinel: "
                + "use redis://host:6379/0 or unix:///run/redis/redis.sock"
        case .encryption(let what):
            "the Redis URL's \(what): use rediss://host:6379/0?ca=/path&cert=/path&key=/path&verify=full"
        case .host: "the Redis URL names no host, or something that is none: use redis://host:6379/0"
        case .port: "the Redis URL's port is not a number from 1 to 65535"
        case .path: "the Redis URL's socket path is not absolute or holds a NUL: use unix:///run/redis/redis.sock"
        case .master: "the Redis URL names no master: use redis+sentinel://host:26379,host:26379/name/0"
        case .database: "the Redis URL's database is not a number: use redis://host:6379/0 or unix:///path?db=0"
        case .escape: "the Redis URL holds a % that is not followed by two hexadecimal digits"
        case .notText: "the Redis URL holds %-escapes that are not UTF-8"
        }
    }
}
