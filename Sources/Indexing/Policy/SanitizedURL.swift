/// A URL as it may be shown to anybody: user, password, query and fragment are gone.
package struct SanitizedURL: Equatable, Hashable, Sendable, CustomStringConvertible {
    /// Scheme, host and port.
    package let origin: String
    package let description: String

    package init(_ url: String) {
        guard let parts = URLParts(url), !parts.authority.isEmpty else {
            origin = "(unreadable URL)"
            description = origin
            return
        }
        origin = parts.scheme + "://" + parts.host
        description = origin + parts.path
    }
}
