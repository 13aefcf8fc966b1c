import Testing

@testable import JobQueue

@Suite struct RedisURLTests {
    @Test(arguments: [
        ("redis://localhost", RedisURL(place: .tcp(host: "localhost", port: 6379))),
        ("redis://u:p%40s@h:1/2", RedisURL(place: .tcp(host: "h", port: 1), user: "u", password: "p@s", database: 2)),
        ("redis://:secret@h/0", RedisURL(place: .tcp(host: "h", port: 6379), password: "secret")),
        ("redis://[::1]:7000?db=3", RedisURL(place: .tcp(host: "::1", port: 7000), database: 3)),
        // As redis-py has it.
        ("redis://[::1]:7000/0?db=3", RedisURL(place: .tcp(host: "::1", port: 7000), database: 3)),
        ("unix:///run/r.sock?db=1", RedisURL(place: .unix(path: "/run/r.sock"), database: 1)),
        ("unix://u:p@/run/r.sock", RedisURL(place: .unix(path: "/run/r.sock"), user: "u", password: "p")),
        ("unix:///run/a@b.sock", RedisURL(place: .unix(path: "/run/a@b.sock"))),
        ("rediss://h", RedisURL(place: .tcp(host: "h", port: 6379), tls: TLSOptions())),
        (
            "redis+sentinel://u:p@a,[::1]:7/my%2Fname/2?sentinel_user=s&sentinel_password=t%40",
            RedisURL(
                place: .sentinel(
                    SentinelGroup(
                        sentinels: [.tcp(host: "a", port: 26_379), .tcp(host: "::1", port: 7)], master: "my/name",
                        user: "s", password: "t@")), user: "u", password: "p", database: 2)
        ),
    ])
    func `good URLs are read`(text: String, url: RedisURL) throws { #expect(try RedisURL(parsing: text) == url) }

    @Test(arguments: [
        ("localhost:6379", RedisURLError.scheme("")), ("http://x", .scheme("http")),
        ("rediss://h?verify=perhaps", .encryption("verify is not none, full or required")),
        ("rediss://h?key=/k", .encryption("key is given without cert")),
        ("redis://h?ssl_ca_certs=/ca", .encryption("ssl_ca_certs is given for an address without TLS")),
        ("redis+sentinel://h", .master), ("redis+sentinel://h/", .master), ("redis+sentinel://a,,b/m", .host),
        ("redis+sentinel://a:x/m", .port), ("redis+sentinel://a/m/x", .database),
        ("redis://", .host), ("redis://h:x", .port), ("redis://h:70000", .port), ("redis://h/x", .database),
        ("unix://r.sock", .path),
        ("redis://u:%zz@h", .escape),
    ])
    func `bad URLs are refused`(text: String, error: RedisURLError) {
        #expect(throws: error) { try RedisURL(parsing: text) }
    }

    @Test(arguments: [
        // Int and UInt8 take signs, and nobody means them.
        ("redis://h:+80", RedisURLError.port), ("redis://h/+1", .database), ("redis://h?db=-0", .database),
        ("redis://:%+1@h", .escape), ("redis://:%-0@h", .escape), ("redis://:%f@h", .escape),
        // Would be another password, or another path, than was meant.
        ("redis://:%ff@h", .notText), ("unix:///run/%ff", .notText),
        // A path ends at its first NUL; a line break would begin a line of the log.
        ("unix:///run/r.sock%00.old", .path), ("redis://h\nlevel=info", .host), ("redis://h\u{2028}", .host),
        ("redis://a b", .host), ("redis://[::1", .host), ("redis://a]b", .host), ("redis://[::1]x", .host),
    ])
    func `what no address can be is refused`(text: String, error: RedisURLError) {
        #expect(throws: error) { try RedisURL(parsing: text) }
    }

    @Test(arguments: ["/run/a b", "/run/a?db=3", "/run/a@b", "/run/50%", "/run/é/\n\u{2028}#x"])
    func `a socket's path is printed so that it is one line, and read back the same`(path: String) throws {
        let url = RedisURL(place: .unix(path: path), database: 2)
        #expect(try RedisURL(parsing: "\(url)") == url)
        #expect("\(url)".unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0.value >= 0x20 })
    }

    @Test(arguments: [
        ("?ca=/ca&cert=/c&key=/k", "?ssl_ca_certs=/ca&ssl_certfile=/c&ssl_keyfile=/k"), ("?verify=full", ""),
        ("?verify=none", "?ssl_cert_reqs=none"), ("?verify=full", "?ssl_cert_reqs=required"),
    ])
    func `redis-py's words for TLS mean what ours mean`(ours: String, theirs: String) throws {
        #expect(try RedisURL(parsing: "rediss://h" + ours) == RedisURL(parsing: "rediss://h" + theirs))
    }

    @Test func `no password is printed of sentinels either`() throws {
        let text = "rediss+sentinel://u:secret@a:1,b:2/m/3?sentinel_user=s&sentinel_password=secret"
        #expect("\(try RedisURL(parsing: text))" == "rediss+sentinel://a:1,b:2/m/3")
    }

    @Test func `a password is never printed`() throws {
        #expect("\(try RedisURL(parsing: "redis://u:secret@h:1/2"))" == "redis://h:1/2")
    }

    @Test(arguments: [
        ("NOAUTH Authentication required.", RedisError.Cause.authentication("NOAUTH Authentication required.")),
        ("LOADING Redis is loading", .loading), ("READONLY You can't write", .readOnly),
        ("OOM command not allowed", .outOfMemory("OOM command not allowed")),
        ("MISCONF Redis is configured", .cannotPersist("MISCONF Redis is configured")),
        ("MASTERDOWN Link with MASTER is down", .readOnly),
        ("DENIED Redis is running in protected mode", .protectedMode),
        (
            "ERR ACL failure in script: User default has no permissions",
            .permission("ERR ACL failure in script: User default has no permissions")
        ),
        ("NOSCRIPT No matching script", .noScript), ("ERR max number of clients reached", .tooManyClients),
        ("WRONGTYPE x", .reply("WRONGTYPE x")),
    ])
    func `error replies are sorted by their first word`(text: String, cause: RedisError.Cause) {
        #expect(RedisError.Cause.replyError(text) == cause)
    }
}
