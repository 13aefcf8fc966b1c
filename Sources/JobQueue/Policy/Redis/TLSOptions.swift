/// How to encrypt, and whom to believe; the files are PEM.
public struct TLSOptions: Equatable, Sendable {
    /// Certificates (a file or a folder of them) to believe in place of the system's.
    public var authorities: String?
    /// The certificate to show, and its key; the key may stand in the certificate's file.
    public var certificate: String?
    public var key: String?
    /// The server's certificate must come from an authority.
    public var verifiesServer = true
    /// And must be made out to the host in the URL.
    public var verifiesHost = true

    public init() {}
}

extension TLSOptions {
    /// Reads our words and redis-py's; what else a query says is left to others.
    init(query: [(name: String, value: String)]) throws(RedisURLError) {
        for (name, value) in query {
            switch name {
            case "ca", "ssl_ca_certs", "ssl_ca_path": authorities = value
            case "cert", "ssl_certfile": certificate = value
            case "key", "ssl_keyfile": key = value
            case "verify", "ssl_cert_reqs": try verify(name, value)
            case "ssl_check_hostname": verifiesHost = try Self.flag(name, value)
            default: continue
            }
        }
        if key != nil, certificate == nil { throw .encryption("key is given without cert") }
    }

    /// Whether the query word is about encryption, which an unencrypted address must not carry in vain.
    static func isAbout(_ name: String) -> Bool {
        name.hasPrefix("ssl_") || ["ca", "cert", "key", "verify"].contains(name)
    }

    private mutating func verify(_ name: String, _ value: String) throws(RedisURLError) {
        switch value.lowercased() {
        case "full", "required", "cert_required": (verifiesServer, verifiesHost) = (true, verifiesHost)
        case "none", "cert_none": (verifiesServer, verifiesHost) = (false, false)
        default: throw .encryption("\(name) is not none, full or required")
        }
    }

    private static func flag(_ name: String, _ value: String) throws(RedisURLError) -> Bool {
        switch value.lowercased() {
        case "true", "yes", "1", "on": true
        case "false", "no", "0", "off": false
        default: throw .encryption("\(name) is not true or false")
        }
    }
}
