import ArgumentParser
import CLinux
import Glibc
import ProcessLog
import Reporting
import Settings
import Supervision

/// Synchronous on purpose: everything happens on this one thread.
@main
struct Main: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pulse-supervisor",
        abstract: "Keeps a fleet of indexing workers alive, and tells how it stands.",
        discussion: """
            Starts PULSE_WORKERS workers and whatever the Procfile names, restarts what dies, stops everything \
            gracefully on SIGTERM or SIGINT (a second one, at least a second later, kills at once).

            With PULSE_API, or a socket named api from systemd, it also serves producers: pulse-api takes their documents into \
            the queue, and may die or be replaced without refusing anybody, for the socket is ours.

            SIGHUP reads the env file again and brings what changed to the workers and the API, one at a time. SIGUSR2 \
            replaces the workers and the API one at a time. SIGTTIN and SIGTTOU run one worker more or fewer. pulsectl does the same and waits for \
            the end.

            How it stands: pulsectl, or curl --unix-socket RUNTIME-DIR/supervisor.sock http://pulse/health (/livez, /readyz, \
            /status, /metrics, /events, /logs, /operations/ID). Orders by POST (/restart, /workers/SLOT/restart, /scale, \
            /reload, /stop) are taken from root and our own user.

            When health has been worse for 10 s or better for 30 s, PULSE_ON_HEALTH_CHANGE is run by the shell: on its stdin the \
            status as PULSE_LISTEN would answer it, in its environment PULSE_HEALTH, PULSE_PREVIOUS_HEALTH, \
            PULSE_HEALTH_REASON, PULSE_RUNTIME_DIR and none of the settings below. What it prints goes to our log. It has 30 s, \
            then it and whoever it has started are ended (TERM, KILL after 5 s), as is at once what it leaves running when it \
            ends; until it has ended the newest change waits, and those between are left out. While the fleet starts or is \
            being replaced, worse health has PULSE_STOP_TIMEOUT + PULSE_STARTUP_TIMEOUT. PULSE_ALERT_WEBHOOK goes the same \
            way by pulsectl alert. A healthy start and a stop are no news; that we ended at all is for systemd to tell \
            (OnFailure=).

            Settings come from the environment and the env file (the environment wins):
            \(SettingsHelp.text)

            Exit codes: 0 stopped as asked, 1 gave up (a program died too often), 69 a service stayed away at startup, \
            70 internal fault, 78 wrong configuration, 100 already running in this runtime directory, 124 stopped as \
            asked but had to kill.
            """,
        version: pulseVersion)

    @Option(help: ArgumentHelp("KEY=VALUE lines, for us and for every child.", valueName: "file"))
    var envFile: String?

    @Option(help: ArgumentHelp("More programs to run, one 'name: command' a line.", valueName: "file"))
    var procfile: String?

    @Option(help: ArgumentHelp("How many processes of a program to run; repeatable.", valueName: "name=n"))
    var scale: [String] = []

    @Option(help: ArgumentHelp("A Procfile program that says READY=1 itself; repeatable.", valueName: "name"))
    var notify: [String] = []

    @Option(help: ArgumentHelp("The worker to run (default: pulse-worker beside this program).", valueName: "path"))
    var worker: String?

    @Option(help: ArgumentHelp("The API to run (default: pulse-api beside this program).", valueName: "path"))
    var api: String?

    @Option(help: ArgumentHelp("Folder of sockets and locks; overrides PULSE_RUNTIME_DIR.", valueName: "path"))
    var runtimeDir: String?

    static func main() {
        // Before anything else: a TERM from here on is kept for the loop instead of ending us at once.
        Signals.block()
        pulse_fill_standard_descriptors()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            complain(message(for: error))
            Glibc.exit(78)
        }
    }

    mutating func run() throws {
        do {
            let activation = SocketActivation(environment: ProcessEnvironment.read())
            let configuration = try Launch(self, activation).configuration()
            Glibc.exit(try Supervisor(configuration, activation: activation).run())
        } catch {
            Self.complain("\(error)")
            Glibc.exit(error.exitCode)
        }
    }

    private static func complain(_ text: String) { Complaint.write(text, by: "pulse-supervisor") }
}
