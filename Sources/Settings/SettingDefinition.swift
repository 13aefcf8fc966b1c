/// One setting: its name, what the replaced product called it, what it may hold and what it is for.
///
/// The table in ``SettingDefinition/all`` is the one place where a setting comes into being; help texts and refusals are
/// made from it, so that neither can tell of a setting that does not exist.
public struct SettingDefinition: Sendable {
    /// "PULSE_WORKERS"
    public var name: String
    /// Accepted spellings of the replaced product, strongest first.
    public var aliases: [String]
    /// The text used when nothing is set; nil = there is no default.
    public var fallback: String?
    /// What is allowed, for the refusal: "a duration such as 500ms, 30s or 2m".
    public var allowed: String
    /// What it is for, in half a line of the help.
    public var summary: String
    /// Never shown, wherever the settings are printed.
    public var isSecret: Bool
    public var reach: Reach

    /// What a change of it in a running fleet takes.
    public enum Reach: Sendable {
        /// New worker processes, and a new API.
        case workers
        /// A new API.
        case api
        /// Nothing: the supervisor goes by it from now on.
        case supervisor
        /// A new supervisor.
        case restart
    }

    init(
        _ name: String, _ fallback: String?, _ allowed: String, _ summary: String, aliases: [String] = [],
        secret: Bool = false, reach: Reach = .workers
    ) {
        self.name = name
        self.aliases = aliases
        self.fallback = fallback
        self.allowed = allowed
        self.summary = summary
        self.isSecret = secret
        self.reach = reach
    }
}
