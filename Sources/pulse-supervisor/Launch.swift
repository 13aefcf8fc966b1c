import Glibc
import Logging
import ProcessLog
import Reporting
import Settings
import Supervision

/// From the command line and the settings to what the supervisor is told. Every refusal names what, value, cause and remedy.
struct Launch: Sendable {
    let command: Main
    let environment: [String: String]
    let deathSignalTool = DeathSignalTool.find()
    /// Sockets for the API that were handed over: how many, and the first one's address.
    private let handedOver: (count: Int, address: String?)

    init(_ command: Main, _ activation: SocketActivation) {
        self.command = command
        handedOver = (activation.frontCount, activation.frontAddress)
        var environment = ProcessEnvironment.read()
        if let directory = command.runtimeDir { environment["PULSE_RUNTIME_DIR"] = directory }
        // An empty value counts as not set, here as in the settings: passed on, it would hide the env file's from children.
        for setting in SettingDefinition.all {
            for name in [setting.name] + setting.aliases where environment[name]?.isEmpty == true {
                environment[name] = nil
            }
        }
        self.environment = environment
    }

    func configuration() throws(StartError) -> SupervisorConfiguration {
        let file = try envFile()
        let settings = try settings(file)
        let format = LogFormat.choose(
            settings.logFormat.flatMap { LogFormat(rawValue: $0.rawValue) }, isSupervised: false,
            isJournal: Journal.receivesStandardError(environment: environment))
        let procfile = try procfile()
        let front = try front(settings)
        let programs = try programs(settings, procfile, hasFront: front != nil)
        return SupervisorConfiguration(
            version: pulseVersion, policy: policy(settings), programs: programs,
            runtimeDirectory: settings.runtimeDirectory, environment: environment, fileEnvironment: file,
            reportInterval: settings.reportInterval, listen: settings.listen.map { ($0.host, $0.port) },
            front: front.map { ($0.host, $0.port) },
            alerts: try alerts(settings), alertPolicy: alertPolicy, settingNames: SettingDefinition.names,
            sink: LogSink(format: format, room: 256 * 1024), logLevel: level(settings),
            reload: { inForce throws(ReloadRefusal) in try self.reload(inForce, procfile, front) })
    }

    /// Reads the env file again. What the Procfile said at the start stays, and so does the API's socket.
    private func reload(
        _ inForce: [String: String], _ procfile: [Procfile.Line], _ front: ListenAddress?
    ) throws(ReloadRefusal) -> NewSettings {
        do throws(StartError) {
            let file = try envFile()
            let settings = try settings(file)
            if let problem = front.flatMap(settings.secretProblem) { throw StartError.configuration(problem) }
            let changes = SettingChanges(from: merged(inForce), to: merged(file))
            var new = NewSettings(
                policy: policy(settings), programs: try programs(settings, procfile, hasFront: front != nil),
                fileEnvironment: file,
                reportInterval: settings.reportInterval, alerts: try alerts(settings), logLevel: level(settings))
            new.changed = changes.workers + changes.api + changes.supervisor + changes.restart + changes.foreign
            new.waiting = changes.restart
            let (workers, front) = (!changes.workers.isEmpty, !changes.api.isEmpty)
            let everybody = !changes.foreign.isEmpty
            new.renews = { program in
                switch program.kind {
                case .worker: workers || everybody
                case .api: workers || front || everybody
                case .procfile: everybody
                }
            }
            return new
        } catch {
            throw ReloadRefusal(error.description)
        }
    }

    private func merged(_ file: [String: String]) -> [String: String] { file.merging(environment) { _, ours in ours } }

    private func envFile() throws(StartError) -> [String: String] {
        guard let path = command.envFile else { return [:] }
        do {
            return try ProcessEnvironment.file(at: path)
        } catch {
            throw .configuration(error.description)
        }
    }

    private func settings(_ file: [String: String]) throws(StartError) -> Settings {
        do {
            return try Settings(environment: environment, file: file, effectiveUser: geteuid())
        } catch {
            throw .configuration(error.description)
        }
    }

    private func level(_ settings: Settings) -> Logger.Level { Logger.Level(rawValue: settings.logLevel) ?? .info }

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
        policy.maxLifetime = settings.maxLifetime
        policy.maxMemory = settings.maxMemory
        #if DEBUG
            // Not a setting: only a debug build can be disarmed, for the tests that show what each guard is for.
            let off = environment["PULSETEST_GUARDS_OFF"]?.split(separator: ",") ?? []
            policy.guards = .allBut(off.compactMap { Guard(rawValue: String($0)) })
        #endif
        return policy
    }

    private func procfile() throws(StartError) -> [Procfile.Line] {
        guard let path = command.procfile else { return [] }
        do {
            return try Procfile.parse(try TextFile.read(path))
        } catch let error as ProcfileError {
            throw .configuration("--procfile \(path): \(error)")
        } catch {
            // It names the file itself.
            throw .configuration("--procfile \(error)")
        }
    }

    /// Where the API listens: at a socket that was handed over, else at PULSE_API; nil = there is none.
    private func front(_ settings: Settings) throws(StartError) -> ListenAddress? {
        guard handedOver.count > 0 else { return settings.api }
        guard handedOver.count == 1 else {
            throw .configuration(
                "systemd hands over \(handedOver.count) sockets named 'api', and the API listens at one: leave one "
                    + "ListenStream= in pulse-api.socket ([::]:PORT takes IPv4 too)")
        }
        guard let address = handedOver.address.flatMap(ListenAddress.init) else {
            throw .configuration(
                "the socket that systemd hands over as 'api' is no TCP socket; ListenStream= of pulse-api.socket takes "
                    + "address:port")
        }
        if let problem = settings.secretProblem(for: address) { throw .configuration(problem) }
        return address
    }

    static func sibling(_ name: String) -> String {
        guard let path = Executable.path() else { return name }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        return folder + name
    }

    static func firstExecutable(_ paths: [String]) -> String? {
        paths.first { unsafe access($0, X_OK) == 0 }
    }
}
