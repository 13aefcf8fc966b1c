import ArgumentParser
import Glibc
import Reporting

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Find out what is wrong and what to do about it: services, queue, workers, this host.",
        discussion: """
            Looks at everything at once, for ten seconds at the most, and changes nothing. Settings are those of --env-file, else \
            of the file that pulse.service reads; the environment wins. Each finding has a name that stays, such as \
            tei.bad-gateway; the last line says where to begin.

            --probe also sends a document of its own through queue, workers, search and delete, times each step, and takes it \
            away again.

            Exit status: 0 all is well, 1 warnings, 2 something is broken.
            """)

    @OptionGroup var supervisor: SupervisorOptions
    @Flag(help: "Send a canary through queue, search and delete, and time each step.")
    var probe = false
    @Option(help: "How many seconds the canary's job may take, 1 to 600.")
    var probeTimeout = 30
    @Flag(help: "Print everything as one line of JSON.")
    var json = false
    @Option(help: .hidden)
    var root = ""

    func validate() throws {
        if !(1...600).contains(probeTimeout) {
            throw ValidationError("--probe-timeout takes a number of seconds from 1 to 600, not \(probeTimeout)")
        }
    }

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        let files = HostFiles(root: root)
        let source = SettingsSource.read(envFile: supervisor.envFile, files)
        let examination = Examination(source: source, runtimeDir: supervisor.runtimeDir, files: files)
        var facts = await examination.facts()
        if probe { facts.probe = await Canary.send(source.settings, facts, within: .seconds(probeTimeout)) }
        let diagnosis = Diagnosis(facts).printable
        if json {
            Terminal.write(String(decoding: JSONLine.line(DoctorJSON(diagnosis, facts.probe)), as: UTF8.self))
        } else {
            let table = DoctorTable(
                coloured: Terminal.isColoured, width: Terminal.isOutput ? Terminal.size().width : .max)
            Terminal.write(table.render(diagnosis).joined(separator: "\n") + "\n")
        }
        if diagnosis.exitStatus != 0 { throw ExitCode(diagnosis.exitStatus) }
    }
}

extension Diagnosis {
    /// Services and producers may have written anything into their words.
    fileprivate var printable: Diagnosis {
        Diagnosis(
            findings.map { finding in
                var clean = finding
                clean.cause = NotifyMessage.printable(finding.cause)
                clean.remedy = finding.remedy.map(NotifyMessage.printable)
                clean.endpoint = finding.endpoint.map(NotifyMessage.printable)
                return clean
            })
    }
}
