import ArgumentParser
import FoundationEssentials
import Reporting

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print what the processes have printed lately.",
        discussion:
            "The supervisor keeps the last 32 KiB of each slot; all of it is in the journal or the container's log.")

    @OptionGroup var supervisor: SupervisorOptions
    @Flag(name: .shortAndLong, help: "Go on with what they print from now on.")
    var follow = false
    @Option(name: [.customShort("n"), .long], help: "How many lines of the past.")
    var lines = 100
    @Flag(help: "Print each line as JSON.")
    var json = false
    @Argument(help: "A slot, such as worker.2 (default: all).")
    var slot: String?

    func validate() throws {
        if !(0...100_000).contains(lines) {
            throw ValidationError("--lines takes a number from 0 to 100000, not \(lines)")
        }
    }

    func run() async throws {
        try await ExitStatus.with {
            let isRaw = json
            let wanted = try slot.map { "&slot=\(try SlotName.checked($0))" } ?? ""
            try await supervisor.client().lines("/logs?lines=\(lines)&follow=\(follow ? 1 : 0)\(wanted)") { line in
                if isRaw { return Terminal.write(line + "\n") }
                guard let record = try? JSONDecoder().decode(LogRecord.self, from: Data(line.utf8)) else { return }
                Terminal.write(EventLine.text(record) + "\n")
            }
        }
    }
}
