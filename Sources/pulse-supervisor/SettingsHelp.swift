import Settings

/// The settings as `--help` lists them, made from the one table of settings.
enum SettingsHelp {
    static let text = SettingDefinition.all.map { setting in
        let fallback = setting.fallback.map { " [\($0)]" } ?? ""
        return "  \(setting.name)\(fallback): \(setting.summary)"
    }.joined(separator: "\n")
}
