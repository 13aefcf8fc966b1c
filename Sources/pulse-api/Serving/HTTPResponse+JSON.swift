import HTTPServing

/// The shapes that the replaced service answered in.
extension HTTPResponse {
    static func json(
        _ status: Int, _ value: JSONValue, headers: [(name: String, value: String)] = []
    ) -> HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: value.bytes)
    }

    /// `{"detail":"..."}`
    static func detail(
        _ status: Int, _ text: String, headers: [(name: String, value: String)] = []
    ) -> HTTPResponse {
        .json(status, ["detail": .string(text)], headers: headers)
    }

    static func unauthorized(_ text: String) -> HTTPResponse {
        .detail(401, text, headers: [("WWW-Authenticate", "Bearer")])
    }

    /// Something that we need is away for now.
    static func unavailable(_ text: String) -> HTTPResponse {
        .detail(503, text, headers: [("Retry-After", "5")])
    }

    static func invalid(_ invalid: Invalid) -> HTTPResponse { .json(422, invalid.json) }
}
