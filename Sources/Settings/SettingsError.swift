/// Every problem found in the settings, one line each: all at once, so that nobody mends them one start at a time.
public struct SettingsError: Error, Equatable, CustomStringConvertible {
    public var problems: [String]

    public init(_ problems: [String]) { self.problems = problems }

    public var description: String { problems.joined(separator: "\n") }
}
