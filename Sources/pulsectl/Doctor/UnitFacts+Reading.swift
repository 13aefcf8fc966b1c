/// pulse.service as systemd finds it, read from its files: `systemctl` may be missing, or hang with its bus.
struct InstalledUnit {
    private static let folders = [
        "/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
    ]
    private static let name = "pulse.service"

    let text: UnitText
    let isEnabled: Bool

    /// nil = not installed.
    init?(_ files: HostFiles, name: String = name) {
        guard let main = Self.folders.lazy.compactMap({ files.text("\($0)/\(name)") }).first else { return nil }
        // Of drop-ins with one name the first folder's counts; they are read in the order of their names.
        var dropIns: [String: String] = [:]
        for folder in Self.folders.reversed() {
            for file in files.names(in: "\(folder)/\(name).d") where file.hasSuffix(".conf") {
                dropIns[file] = files.text("\(folder)/\(name).d/\(file)")
            }
        }
        text = UnitText([main] + dropIns.sorted { $0.key < $1.key }.map(\.value))
        isEnabled = Self.folders.contains { folder in
            files.names(in: folder).contains { entry in
                (entry.hasSuffix(".wants") || entry.hasSuffix(".requires"))
                    && files.names(in: "\(folder)/\(entry)").contains(name)
            }
        }
    }

    static func isActive(_ name: String, _ files: HostFiles) -> Bool {
        files.text("/sys/fs/cgroup/system.slice/\(name)/cgroup.events")?.contains("populated 1") == true
    }

    /// The first of them that is installed.
    static func find(_ names: [String], _ files: HostFiles) -> (name: String, isActive: Bool)? {
        names.first { name in folders.contains { files.exists("\($0)/\(name).service") } }
            .map { ($0, isActive("\($0).service", files)) }
    }
}

extension UnitFacts {
    /// - Parameter supervisor: the running one's pid; nil = none is known.
    init(_ files: HostFiles, supervisor: Int32?) {
        self.init()
        hasSystemd = files.exists("/run/systemd/system")
        if let unit = InstalledUnit(files) {
            (isInstalled, isEnabled) = (true, unit.isEnabled)
            hasWatchdog = unit.text["WatchdogSec"].map { $0 != "0" && $0 != "infinity" } ?? false
            sandbox = unit.text.sandbox
            envFileProblem = Self.problem(with: unit.text, files)
        }
        let group = "/sys/fs/cgroup/system.slice/pulse.service"
        memoryLimit = files.number("\(group)/memory.max")
        memoryUsed = files.number("\(group)/memory.current")
        kills = Self.field("oom_kill", files.text("\(group)/memory.events")) ?? 0
        if let supervisor {
            let line = files.text("/proc/\(supervisor)/limits")?.split(separator: "\n").first {
                $0.hasPrefix("Max open files")
            }
            fileLimit = line?.split(separator: " ").dropFirst(3).first.flatMap { Int($0) }
            let open = files.names(in: "/proc/\(supervisor)/fd").count
            openFiles = open > 0 ? open : nil
        }
    }

    /// Whether the service's user may read its env file, by the file's mode: asked as root everything can be read.
    private static func problem(with unit: UnitText, _ files: HostFiles) -> String? {
        guard let path = unit.envFile else { return nil }
        guard let file = files.status(path) else { return "\(path), which pulse.service reads, is not there" }
        guard let user = unit["User"], user != "root", let account = Account(user, files) else { return nil }
        if let group = unit["Group"], let number = Account.group(group, files), number == file.group,
            file.mode & 0o040 != 0
        {
            return nil
        }
        let isAllowed =
            file.user == account.user
            ? file.mode & 0o400 != 0
            : account.groups.contains(file.group) ? file.mode & 0o040 != 0 : file.mode & 0o004 != 0
        return isAllowed ? nil : "\(path) cannot be read by the user \(user), as whom pulse.service runs"
    }

    private static func field(_ name: String, _ text: String?) -> Int? {
        text?.split(separator: "\n").first { $0.hasPrefix(name + " ") }?.split(separator: " ").last.flatMap { Int($0) }
    }
}

/// A user of this host's own files; no name service is asked, which could hang.
private struct Account {
    var user: UInt32
    var groups: Set<UInt32>

    init?(_ name: String, _ files: HostFiles) {
        let entries = Self.entries("/etc/passwd", files)
        guard let entry = entries.first(where: { $0.first == name }), entry.count > 3, let user = UInt32(entry[2]),
            let group = UInt32(entry[3])
        else { return nil }
        self.user = user
        groups = [group]
        for entry in Self.entries("/etc/group", files)
        where entry.count > 3 && entry[3].split(separator: ",").contains(Substring(name)) {
            if let number = UInt32(entry[2]) { groups.insert(number) }
        }
    }

    static func group(_ name: String, _ files: HostFiles) -> UInt32? {
        entries("/etc/group", files).first { $0.first == name && $0.count > 2 }.flatMap { UInt32($0[2]) }
    }

    private static func entries(_ path: String, _ files: HostFiles) -> [[String]] {
        (files.text(path) ?? "").split(separator: "\n").map { line in
            line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        }
    }
}
