import Glibc
import Settings

/// The settings that the service on this host goes by, and where they come from.
struct SettingsSource: Sendable {
    var environment: [String: String]
    /// nil = they cannot be used; the facts say why.
    var settings: Settings?
    var sources: [String]
    var problems: [String] = []
    var unreadable: String?
    /// Where the supervisor's socket is, also when the settings are wrong.
    var runtimeDirectory: String?

    var facts: SettingsFacts { SettingsFacts(sources: sources, problems: problems, unreadable: unreadable) }

    /// - Parameter envFile: nil = what pulse.service would read, or nothing where it is not installed.
    static func read(envFile: String?, _ files: HostFiles) -> SettingsSource {
        let unit = InstalledUnit(files)?.text
        let environment = asTheUnit(ProcessEnvironment.read(), unit)
        var source = SettingsSource(environment: environment, sources: ["the environment"])
        let path = envFile ?? unit?.envFile.map { files.root + $0 }
        var file: [String: String] = [:]
        if let path {
            source.sources.append(path)
            guard unsafe access(path, R_OK) == 0 else {
                source.unreadable = unsafe "\(path) cannot be read: \(String(cString: strerror(errno)))"
                source.runtimeDirectory = Settings.runtimeDirectory(environment: environment, effectiveUser: geteuid())
                return source
            }
            do throws(SettingsError) { file = try ProcessEnvironment.file(at: path) } catch {
                source.problems += error.problems
            }
        }
        source.runtimeDirectory = Settings.runtimeDirectory(
            environment: environment, file: file, effectiveUser: geteuid())
        do throws(SettingsError) {
            let settings = try Settings(environment: environment, file: file, effectiveUser: geteuid())
            if source.problems.isEmpty { source.settings = settings }
        } catch {
            source.problems += error.problems
        }
        return source
    }

    /// The folder that systemd would give the service; without any, a user who has none of his own could not even ask.
    private static func asTheUnit(_ environment: [String: String], _ unit: UnitText?) -> [String: String] {
        let given = environment["RUNTIME_DIRECTORY"] ?? (unit == nil ? environment["XDG_RUNTIME_DIR"] : nil)
        if given?.isEmpty == false { return environment }
        let folder = unit?["RuntimeDirectory"]?.split(separator: " ").first ?? "pulse"
        return environment.merging(["RUNTIME_DIRECTORY": "/run/\(folder)"]) { $1 }
    }
}
