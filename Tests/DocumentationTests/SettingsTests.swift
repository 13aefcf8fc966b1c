import Settings
import Testing

@Suite struct `Settings in the documentation` {
    @Test func `are those of the code, with what they may hold`() throws {
        let rows = SettingDefinition.all.map { setting in
            let secret = setting.isSecret ? " (secret)" : ""
            let aliases =
                setting.aliases.isEmpty ? "" : "; also " + setting.aliases.map { "`\($0)`" }.joined(separator: ", ")
            return [
                "`\(setting.name)`", setting.fallback.map { "`\($0)`" } ?? "",
                cell("\(setting.summary)\(secret)\(aliases)"), cell(setting.allowed), effect(of: setting.reach),
            ]
        }
        let section = GeneratedSection(document: "docs/operating.md", name: "settings")
        try section.expect(table(["setting", "default", "what for", "what it may hold", "a reload"], rows))
    }

    private func effect(of reach: SettingDefinition.Reach) -> String {
        switch reach {
        case .workers: "replaces workers and the API"
        case .api: "replaces the API"
        case .supervisor: "takes effect at once"
        case .restart: "names it; restart Pulse"
        }
    }
}
