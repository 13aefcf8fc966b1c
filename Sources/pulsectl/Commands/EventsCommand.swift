import ArgumentParser
import FoundationEssentials
import Reporting

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Print what happens, a line each, from now on until Ctrl-C.")

    @OptionGroup var supervisor: SupervisorOptions
    @Flag(help: "Print each event as a line of JSON.")
    var json = false

    func run() async throws {
        try await ExitStatus.with {
            let isRaw = json
            try await supervisor.client().lines("/events") { line in
                if isRaw { return Terminal.write(line + "\n") }
                guard let news = try? JSONDecoder().decode(FleetNews.self, from: Data(line.utf8)) else { return }
                Terminal.write(EventLine.text(news) + "\n")
            }
            throw ControlError.refused("the stream has ended: the supervisor stops, or this reader was too slow")
        }
    }
}
