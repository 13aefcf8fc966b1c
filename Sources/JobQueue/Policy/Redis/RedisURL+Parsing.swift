extension RedisURL {
    public init(parsing text: String) throws(RedisURLError) {
        guard let (scheme, rest) = Self.split(text, at: "://") else { throw .scheme("") }
        guard ["redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel"].contains(scheme) else {
            throw .scheme(scheme)
        }
        let (address, queryText) = Self.split(rest, at: "?") ?? (rest, "")
        let query = try Self.query(queryText)
        // A path may hold an '@' of its own.
        let (credentials, location) =
            address.hasPrefix("/") ? ("", address) : Self.splitLast(address, at: "@") ?? ("", address)
        let (user, password) = try Self.credentials(credentials)
        self.init(place: .unix(path: ""), user: user, password: password)
        let path: String
        switch scheme {
        case "unix":
            guard location.hasPrefix("/") else { throw .path }
            let file = try URLText.decoded(location)
            // The kernel would end it there, and open another file.
            guard !file.utf8.contains(0) else { throw .path }
            (place, path) = (.unix(path: file), "")
        case "redis", "rediss":
            let (authority, rest) = Self.split(location, at: "/") ?? (location, "")
            let (host, port) = try Self.hostAndPort(authority, default: 6379)
            (place, path) = (.tcp(host: host, port: port), rest)
        default: (place, path) = try Self.group(location, query)
        }
        // Where both are given, the query's: so redis-py reads it, which the producers use.
        database = try Self.database(query.last { $0.name == "db" }?.value ?? (path.isEmpty ? "0" : path))
        if scheme.hasPrefix("rediss") {
            tls = try TLSOptions(query: query)
        } else if let word = query.first(where: { TLSOptions.isAbout($0.name) }) {
            throw .encryption("\(word.name) is given for an address without TLS")
        }
    }

    private static func group(
        _ location: String, _ query: [(name: String, value: String)]
    ) throws(RedisURLError) -> (Place, path: String) {
        let (authority, path) = split(location, at: "/") ?? (location, "")
        let (name, database) = split(path, at: "/") ?? (path, "")
        guard !name.isEmpty else { throw .master }
        var sentinels: [RedisAddress] = []
        for part in authority.split(separator: ",", omittingEmptySubsequences: false) {
            let (host, port) = try hostAndPort(String(part), default: 26_379)
            sentinels.append(.tcp(host: host, port: port))
        }
        let group = SentinelGroup(
            sentinels: sentinels, master: try URLText.decoded(name),
            user: query.last { $0.name == "sentinel_user" || $0.name == "sentinel_username" }?.value,
            password: query.last { $0.name == "sentinel_password" }?.value)
        return (.sentinel(group), database)
    }

    private static func hostAndPort(
        _ authority: String, default fallback: Int
    ) throws(RedisURLError) -> (host: String, port: Int) {
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
        guard let port else { return (host, fallback) }
        guard let number = URLText.number(port), (1...65_535).contains(number) else { throw .port }
        return (host, number)
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

    private static func query(_ text: String) throws(RedisURLError) -> [(name: String, value: String)] {
        var words: [(String, String)] = []
        for part in text.split(separator: "&") {
            let (name, value) = split(String(part), at: "=") ?? (String(part), "")
            words.append((name, try URLText.decoded(value)))
        }
        return words
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
