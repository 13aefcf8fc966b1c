/// What differs between two sets of variables, sorted by what each change takes. Names only: values may be secrets.
public struct SettingChanges: Equatable, Sendable {
    /// New worker processes, and a new API.
    public var workers: [String] = []
    /// A new API.
    public var api: [String] = []
    /// Nothing but to go by it.
    public var supervisor: [String] = []
    /// A new supervisor.
    public var restart: [String] = []
    /// No settings of ours alone: some program may read them.
    public var foreign: [String] = []

    public init(from old: [String: String], to new: [String: String]) {
        for name in Set(old.keys).union(new.keys).sorted() where old[name] != new[name] {
            switch Self.reach[name] {
            // The product's own spellings are read by other programs too.
            case .workers where !name.hasPrefix("PULSE_"), .api where !name.hasPrefix("PULSE_"): foreign.append(name)
            case .workers: workers.append(name)
            case .api: api.append(name)
            case .supervisor: supervisor.append(name)
            case .restart: restart.append(name)
            case nil: foreign.append(name)
            }
        }
    }

    private static let reach: [String: SettingDefinition.Reach] = {
        var table: [String: SettingDefinition.Reach] = [:]
        for setting in SettingDefinition.all {
            for name in [setting.name] + setting.aliases { table[name] = setting.reach }
        }
        return table
    }()
}
