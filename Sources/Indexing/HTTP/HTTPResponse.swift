/// An answer, whatever its status; redirects are answers too.
package struct HTTPResponse: Sendable {
    package var status: Int
    var headers: HTTPHeaders
    package var body: [UInt8]

    /// - Parameter name: in lower case.
    func header(_ name: String) -> String? { headers.value(of: name) }

    var contentType: String? { header("content-type") }
    var isJSON: Bool { contentType?.lowercased().split(separator: ";").first.map { $0.hasSuffix("json") } ?? false }

    var looksLikeHTML: Bool {
        if contentType?.lowercased().contains("html") == true { return true }
        return body.prefix(64).drop { $0 <= 0x20 }.first == 0x3C
    }

    /// `Retry-After` in its form with seconds, at most an hour.
    package var retryAfter: Duration? {
        header("retry-after").flatMap { Int($0) }.map { .seconds(min(max($0, 0), 3600)) }
    }
}
