/// A server's version as it says it: "1.19.0", perhaps with a suffix ("1.20.0-dev") or without a patch number.
package struct ServerVersion: Comparable, Sendable {
    let major, minor, patch: Int

    /// - Returns: nil when the text does not begin with two numbers.
    package init?(_ text: String) {
        let core = text.prefix { $0 != "-" && $0 != "+" }
        let parts = core.split(separator: ".", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count) else { return nil }
        let numbers = parts.compactMap { UInt16($0) }.map(Int.init)
        guard numbers.count == parts.count else { return nil }
        (major, minor, patch) = (numbers[0], numbers[1], numbers.count > 2 ? numbers[2] : 0)
    }

    package init(_ major: Int, _ minor: Int, _ patch: Int = 0) {
        (self.major, self.minor, self.patch) = (major, minor, patch)
    }

    package static func < (left: ServerVersion, right: ServerVersion) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }
}

extension ServerVersion: CustomStringConvertible {
    package var description: String { "\(major).\(minor).\(patch)" }
}
