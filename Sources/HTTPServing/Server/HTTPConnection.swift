/// Who is at the other end.
struct HTTPPeer {
    var user: UInt32?
    var address: String?
}

/// One connection, as the server knows it.
struct HTTPConnection {
    var phase: ClientPhase
    let acceptedAt: UInt64
    let peer: HTTPPeer
    var reader: StreamReader?
    var later: HTTPLater?
    /// The request in hand, while its body comes in.
    var exchange: HTTPExchange?
    /// It may still be sending what nobody will read.
    var isCutShort = false
}
