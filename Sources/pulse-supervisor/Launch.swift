import Glibc
import Logging
import ProcessLog
import Reporting
import Settings
import Supervision

/// From the command line and the settings to what the supervisor is told. Every refusal names what, value, cause and remedy.
struct Launch {
    let command: Main

    init(_ command: Main) { self.command = command }

    func configuration() throws(StartError) -> SupervisorConfiguration {
        var environment = ProcessEnvironment.read()
        if let directory = command.runtimeDir { environment["PULSE_RUNTIME_DIR"] = directory }
        let file = try envFile()
        let settings = try settings(environment, file)
        let level = Logger.Level(rawValue: settings.logLevel) ?? .info
        let underJournal = Journal.receivesStandardError(environment: environment)
        return SupervisorConfiguration(
            version: pulseVersion, policy: policy(settings), programs: try programs(settings),
            runtimeDirectory: settings.runtimeDirectory, environment: environment, fileEnvironment: file,
            reportInterval: settings.reportInterval,
            log: { label in
                Logger(label: label) { LineLogHandler(label: $0, level: level, underJournal: underJournal) }
            })
    }

    private func envFile() throws(StartError) -> [String: String] {
        guard let path = command.envFile else { return [:] }
        do {
            return try ProcessEnvironment.file(at: path)
        } catch {
            throw .configuration(error.description)
        }
    }

    private func settings(
        _ environment: [String: String], _ file: [String: String]
    ) throws(StartError) -> Settings {
        do {
            return try Settings(environment: environment, file: file, effectiveUser: geteuid())
        } catch {
            throw .configuration(error.description)
        }
    }

    private func policy(_ settings: Settings) -> FleetPolicy {
        var policy = FleetPolicy()
        policy.restart = RestartPolicy(
            base: settings.backoffBase, cap: settings.backoffCap, healthy: settings.backoffHealthy)
        policy.restartLimit = settings.restartLimit
        policy.restartWindow = settings.restartWindow
        policy.startConcurrency = settings.startConcurrency ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        policy.startup = settings.startup == .fail ? .fail : .wait
        policy.startupTimeout = settings.startupTimeout
        policy.stopTimeout = settings.stopTimeout
        policy.hangGrace = settings.hangGrace
        policy.readyQuorum = settings.readyQuorum
        return policy
    }

    private func programs(_ settings: Settings) throws(StartError) -> [Program] {
        var lines: [Procfile.Line] = []
        if let path = command.procfile {
            do {
                lines = try Procfile.parse(try TextFile.read(path))
            } catch let error as ProcfileError {
                throw .configuration("--procfile \(path): \(error)")
            } catch {
                // It names the file itself.
                throw .configuration("--procfile \(error)")
            }
        }
        let worker = command.worker ?? Self.siblingWorker()
        let programs: [Program]
        do {
            programs = try Programs.make(
                worker: worker, workers: settings.workers, procfile: lines, scale: try scale(),
                notifying: Set(command.notify), startTimeout: settings.startTimeout, watchdog: settings.watchdog,
                deathSignalTool: Self.firstExecutable(["/usr/bin/setpriv", "/bin/setpriv"]))
        } catch let error as ProgramsError {
            throw .configuration(error.description)
        } catch let error as StartError {
            throw error
        } catch {
            throw .internalFault("\(error)")
        }
        let runsWorkers = programs.contains { $0.name == "worker" && $0.count > 0 }
        guard !runsWorkers || Self.firstExecutable([worker]) != nil else {
            throw .configuration(
                "the worker \(worker): \(unsafe String(cString: strerror(errno))); install pulse-worker beside this "
                    + "program or name it with --worker")
        }
        return programs
    }

    /// `name=n` by name; the last of two for one name wins.
    private func scale() throws(StartError) -> [String: Int] {
        var counts: [String: Int] = [:]
        for text in command.scale {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, let count = Int(parts[1]), (0...256).contains(count) else {
                throw .configuration("--scale \(text): takes name=n with n from 0 to 256")
            }
            counts[String(parts[0])] = count
        }
        return counts
    }

    private static func siblingWorker() -> String {
        guard let path = Executable.path() else { return "pulse-worker" }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        return folder + "pulse-worker"
    }

    private static func firstExecutable(_ paths: [String]) -> String? {
        paths.first { unsafe access($0, X_OK) == 0 }
    }
}
